
# A pull writes what has changed and nothing else: rows that are equal keep their
# place, triggers fire once for a real change, tables do not swell, and rows do not
# vanish because an answer is empty.
#
# The server's clock is real, so time passes at the stand-in alone: it begins some
# weeks ago and is moved on, and windows come and settle by hand.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PullTruth;
use Test::More;
use Time::HiRes qw(time);

my @tables = qw(event guide_event poll_event visitor page);
my $vacuums = 0;
my $node = new_node(settings => { autovacuum => 'off' });
my $truth = PullTruth->new($node);
my $session = LiveSession->new($node);

sub iso { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) }
sub day { return strftime('%Y-%m-%d', gmtime $_[0]) }

sub run_ok
{
	my ($sql, $what) = @_;
	my ($state, undef, $error) = $session->run($sql);

	ok($state eq '00000' && $error !~ /WARNING/, $what) or diag("$state $error");
	return;
}

# Where all rows lie, and who put them there.
sub places
{
	return join "\n", map { "$_ " . $session->value(qq{SELECT count(*), md5(string_agg(tableoid || ' ' || ctid || ' ' || xmin,
			' ' ORDER BY tableoid, ctid)) FROM local.$_}) } @tables, 'event_day', 'guide_day';
}

# Tuples written to tables of the schema, as the server counts them.
sub written
{
	$session->value('SELECT pg_stat_force_next_flush()');
	return $session->value(q{SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables WHERE schemaname = 'local'});
}

sub fired
{
	return join ' ', split /\n/, $session->value(q{SELECT format('%s:%s=%s', t, op, count(*)) FROM checker.fired
		GROUP BY t, op ORDER BY 1});
}

# --- what did not change --------------------------------------------------------

# By day, when something happens each hour.
my $now = int(time / 86400) * 86400 - 30 * 3600;
my $since = day($now - 12 * 86400);
my $pendo = start_stand_in(size => 60, days => 11, events_per_day => 250, seed => 7, frozen => 1, now => iso($now));

make_pulls($node, $pendo, since => $since, tables => \@tables);
$session->value(q{
	CREATE TABLE checker.fired (t text, op text, backfill boolean);
	CREATE FUNCTION checker.fire() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN INSERT INTO checker.fired VALUES (TG_ARGV[0], TG_OP, pendo.is_backfill()); RETURN NULL; END $$});
$session->value("CREATE TRIGGER fire AFTER INSERT OR UPDATE OR DELETE ON local.$_ FOR EACH ROW EXECUTE FUNCTION checker.fire('$_')")
  foreach @tables;
run_ok("CALL pendo.run_pull('local.$_')", "first load of $_") foreach @tables;
is($truth->difference($pendo, "local.$_"), '', "$_ is as at Pendo") foreach @tables;
my $all = join ' ', map { my $table = $_; "$table:INSERT=" . $session->value("SELECT count(*) FROM local.$table") } sort @tables;
is(fired(), $all, 'each trigger fired once for each row');
is($session->value(q{SELECT count(*) FROM checker.fired WHERE NOT backfill
	AND t IN (SELECT target_table FROM pendo.pull WHERE mode <> 'by_window')}), '0', 'a first load is no news');

foreach my $what ([ 'windows that were asked for', '' ],
	[ 'windows that are read again', 'UPDATE pendo.ledger SET fingerprint = NULL, full_at = NULL' ],
	[ 'everything once more', "UPDATE pendo.ledger SET fingerprint = NULL, cursor = NULL, full_at = NULL, due_at = now(), closed_at = NULL, state = 'pending'" ],
	[ 'rows in another order', 'UPDATE pendo.ledger SET fingerprint = NULL, full_at = NULL, due_at = now()', 'shuffled' ])
{
	my ($name, $sql, $order) = @$what;

	$session->value("$sql; TRUNCATE checker.fired") if $sql ne '';
	$session->value('TRUNCATE checker.fired');
	$pendo->set_switches(row_order => 'shuffled') if $order;
	my ($places, $written) = (places(), written());
	$pendo->clear_log;
	run_ok("CALL pendo.run_pull('local.$_')", "$name: $_") foreach @tables;
	is(written() - $written, 0, "$name: 0 tuples written");
	is(places(), $places, "$name: all rows lie where they lay");
	is(fired(), '', "$name: no trigger fired");
	cmp_ok(scalar(grep { ($_->{source} // '') eq 'events' } $pendo->log), '>', 0, "$name: Pendo was asked");
}
$pendo->set_switches(row_order => 'natural');

# --- what did change ------------------------------------------------------------

# Rows of a table as the stand-in has them, each with its number.
sub rows_of
{
	my ($table) = @_;
	my %rows;

	$rows{$_}++ foreach split /\n/, $truth->truth($pendo, $table, ($truth->columns("local.$table", "live.$table"))[1]);
	return \%rows;
}

sub surplus
{
	my ($these, $those) = @_;
	my $count = 0;

	foreach my $row (keys %$these)
	{
		my $more = $these->{$row} - ($those->{$row} // 0);
		$count += $more if $more > 0;
	}
	return $count;
}

my %before = map { $_ => rows_of($_) } @tables;
$pendo->clock(advance_seconds => 2 * 3600);
$pendo->late(hours_ago => $_, events => 6) foreach 4, 60, 200;
$pendo->set_switches(dirty_metadata => 'none');
$session->value(q{UPDATE pendo.ledger SET due_at = now(), full_at = NULL; TRUNCATE checker.fired});
my $untouched = $session->value(q{SELECT count(*) FROM local.event});
run_ok("CALL pendo.run_pull('local.$_')", "changes of $_") foreach @tables;
my @expected;
foreach my $table (sort @tables)
{
	my $after = rows_of($table);
	my ($gone, $new) = (surplus($before{$table}, $after), surplus($after, $before{$table}));

	is($truth->difference($pendo, "local.$table"), '', "$table has the changes");
	if ($table eq 'visitor' || $table eq 'page')
	{
		is($new, $gone, "control: $table: as many changed as there were");
		push @expected, "$table:UPDATE=$new" if $new;
		next;
	}
	cmp_ok($new, '>', 0, "control: something of $table changed");
	push @expected, "$table:DELETE=$gone" if $gone;
	push @expected, "$table:INSERT=$new" if $new;
}
is(fired(), "@expected", 'a trigger fired once for each change: ' . "@expected");
like("@expected", qr/event:DELETE=\d+ event:INSERT=\d+ .*visitor:UPDATE=\d+/, 'control: there were changes of every kind');
is($session->value('SELECT count(*) FROM checker.fired WHERE backfill AND t IN (\'visitor\', \'page\')'), '0', 'changes are news');
is($truth->disagreement(settled => 1), '', 'ledger and summaries agree');

# --- what vanished --------------------------------------------------------------

my $pages = $session->value('SELECT count(*) FROM local.page');
$session->value('TRUNCATE checker.fired');
my $places = places();
$pendo->set_faults({ id => 'empty', fault => 'status', times => -1, match => { source => 'pages' },
	args => { code => 200, content_type => 'application/json', body => '{"results":[]}' } });
like(($session->run("CALL pendo.run_pull('local.page')"))[2], qr/WARNING: .*$pages of $pages rows of (?:local\.)?page would vanish/,
	'an empty answer is not believed');
cmp_ok($pendo->fired('empty'), '>', 0, 'it was there');
is(places(), $places, 'nothing was changed');
is($session->value(q{SELECT failure IS NOT NULL AND attempts > 0 FROM pendo.ledger WHERE pull = 'local.page'}), 't', 'the ledger tells');
$session->value(q{SELECT pendo.allow_vanished('local.page')});
run_ok("CALL pendo.run_pull('local.page')", 'if it is allowed, it is');
is($session->value('SELECT count(*) FROM local.page WHERE deleted_at IS NULL'), '0', 'all are marked');
is(fired(), "page:UPDATE=$pages", 'once each');
($places) = places();
run_ok("CALL pendo.run_pull('local.page')", 'again');
is(places(), $places, 'what is marked stays as it is');
$pendo->clear_faults;
$session->value('TRUNCATE checker.fired');
run_ok("CALL pendo.run_pull('local.page')", 'the answer is whole again');
is($truth->difference($pendo, 'local.page'), '', 'the rows are back');
is(fired(), "page:UPDATE=$pages", 'changed once each');
$session->value("INSERT INTO local.page (id, name) SELECT 'gone ' || n, 'gone' FROM generate_series(1, 9) n; TRUNCATE checker.fired");
run_ok("CALL pendo.run_pull('local.page')", 'some rows are gone');
is($session->value('SELECT count(*) FROM local.page WHERE deleted_at IS NOT NULL'), '9', 'they are marked');
$session->value(q{UPDATE pendo.pull SET vanished = 'keep' WHERE name = 'local.page'; UPDATE local.page SET deleted_at = NULL; TRUNCATE checker.fired});
run_ok("CALL pendo.run_pull('local.page')", 'vanished: keep');
is(fired(), '', 'nothing happens to them');
$session->value(q{UPDATE pendo.pull SET vanished = 'delete' WHERE name = 'local.page'});
run_ok("CALL pendo.run_pull('local.page')", 'vanished: delete');
is(fired(), 'page:DELETE=9', 'they are deleted');
is($truth->difference($pendo, 'local.page'), '', 'as at Pendo');

# --- a month of hours -----------------------------------------------------------
#
# Each hour the last three days are looked at again, and some events are late.  The
# server's autovacuum would have come each minute of them, so its rule is followed
# here, by the table's and the server's own thresholds.

sub vacuum_what_is_due
{
	my ($schema) = @_;
	my $option = q{coalesce((SELECT option_value FROM pg_options_to_table(c.reloptions)
		WHERE option_name = 'autovacuum_vacuum_%1$s'), current_setting('autovacuum_vacuum_%1$s'))::float8};

	$session->value('SELECT pg_stat_force_next_flush()');
	foreach my $table (split /\n/, $session->value(sprintf q{
		SELECT c.oid::regclass FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
		 WHERE s.schemaname = '%s' AND c.relkind = 'r'
		   AND s.n_dead_tup > %s + greatest(c.reltuples, 0) * %s},
		$schema, map { $option =~ s/%1\$s/$_/gr } qw(threshold scale_factor)))
	{
		$session->value("VACUUM $table");
		$vacuums++;
	}
	return;
}

my $days = 30;
my $begin = int((time - ($days + 2) * 86400) / 86400) * 86400 + 5 * 3600;
my $settled = q{state = 'closed', closed_at = now(), due_at = 'infinity'};

sub month_passes
{
	my ($name, $late_every, %size) = @_;
	my $local = "local_$name";
	my $pendo = start_stand_in(days => 3, seed => 9, frozen => 1, now => iso($begin), %size);

	make_pulls($node, $pendo, suffix => "_$name", since => day($begin - 3 * 86400), tables => ['event']);
	# The ledger is laid out and filled once; then windows wait for their day.
	run_ok("CALL pendo.run_pull('$local.event')", "$name: the month begins");
	$session->value("UPDATE pendo.ledger SET $settled WHERE pull = '$local.event'");
	my $began = time;
	$vacuums = 0;
	foreach my $hour (1 .. 24 * $days)
	{
		my $at = iso($begin + $hour * 3600);

		$pendo->clock(advance_seconds => 3600);
		$pendo->late(hours_ago => 5 + $hour % 40, events => 2) if $hour % $late_every == 0;
		my ($state, undef, $error) = $session->run(qq{
			UPDATE pendo.ledger SET $settled WHERE pull = '$local.event' AND state <> 'closed' AND window_end < '$at'::timestamptz - interval '2 days';
			UPDATE pendo.ledger SET state = 'open', closed_at = NULL, due_at = now() WHERE pull = '$local.event' AND state = 'closed'
				AND window_start <= '$at' AND window_end >= '$at'::timestamptz - interval '2 days';
			CALL pendo.run_pull('$local.event')});
		$error =~ /WARNING|ERROR/ and fail("$name: hour $hour: $error"), last;
		vacuum_what_is_due($local);
	}
	note(sprintf '%s: %d hours in %.0f s, %d vacuums', $name, 24 * $days, time - $began, $vacuums);
	is($truth->difference($pendo, "$local.event", live => "live_$name.event"), '', "$name: a month later: as at Pendo");
	is_not_swollen($name, "$local.event");
	return;
}

# The size of a table beside that of the same rows in fresh partitions.
sub is_not_swollen
{
	my ($name, $table) = @_;
	my ($rows, $inserted, $swollen, $fresh) = split /\|/, $session->value(qq{
		CREATE SCHEMA fresh;
		DO \$\$ DECLARE leaf regclass; BEGIN
			FOR leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '$table'::regclass LOOP
				EXECUTE format('CREATE TABLE fresh.x%s AS SELECT * FROM %s ORDER BY day', leaf::oid, leaf);
			END LOOP;
		END \$\$;
		SELECT (SELECT count(*) FROM $table), (SELECT sum(inserted) FROM pendo.run WHERE pull = '$table'),
			(SELECT sum(pg_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = '$table'::regclass),
			(SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'fresh'::regnamespace)});

	$session->value('SET client_min_messages = warning; DROP SCHEMA fresh CASCADE');
	note("$name: $rows rows, $inserted inserted in the course of it; $swollen bytes, fresh $fresh: " . sprintf '%.3f', $swollen / $fresh);
	cmp_ok($inserted, '>', 1.5 * $rows, "$name: control: many rows were written more than once");
	cmp_ok($swollen / $fresh, '<=', 1.1, "$name: the table is at most a tenth larger than a fresh one");
	return;
}

month_passes('large', 5, size => 300, events_per_day => 800);
month_passes('tiny', 1, size => 8, events_per_day => 200);

done_testing();
