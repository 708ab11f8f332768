
# Servers, sessions and stand-ins are killed at named and at random moments of
# pulls, while late data turn up.  After each kill the ledger, the rows and the
# summaries agree; after the next runs the tables are what the stand-in has.
#
#   PULL_CRASH_ROUNDS=100   how many kills (13)
#   PULL_CRASH_SEED=n       repeats a run's choices

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use PullTruth;
use Test::More;
use Time::HiRes qw(sleep time);

my $rounds = $ENV{PULL_CRASH_ROUNDS} || 13;
my $seed = $ENV{PULL_CRASH_SEED} || time % 100_000;
my $patience = 60;
my @tables = qw(event guide_event poll_event visitor page);

srand $seed;
note("PULL_CRASH_ROUNDS=$rounds PULL_CRASH_SEED=$seed");

# --- the stand-in, which is the same again after a kill --------------------------
#
# Its data follow from its options and from what it was told, in that order.

my $now = time - 36 * 3600;
my %options = (size => 60, days => 11, events_per_day => 250, seed => 7, frozen => 1,
	now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now));
my $since = strftime('%Y-%m-%d', gmtime($now - 12 * 86400));
my @told;
my $pendo = start_stand_in(%options);
my $port = $pendo->port;

sub remote
{
	my ($what, %how) = @_;

	push @told, [ $what, %how ];
	$pendo->$what(%how);
	return;
}

sub restart_stand_in
{
	kill 'KILL', $pendo->{pid};
	$pendo->stop;
	$pendo = start_stand_in(%options, port => $port);
	foreach (@told)
	{
		my ($what, %how) = @$_;
		$pendo->$what(%how);
	}
	return;
}

# --- the server ------------------------------------------------------------------

my $node = new_node(settings => { restart_after_crash => 'on' });
my $truth = PullTruth->new($node);
my $watch;

make_pulls($node, $pendo, since => $since, tables => \@tables);

# A session that was started with crash.point=X waits at X until the lock is free.
$node->safe_psql('postgres', q{
	CREATE SCHEMA crash;
	CREATE FUNCTION crash.wait() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF current_setting('crash.point', true) = TG_ARGV[0] THEN
			PERFORM pg_advisory_xact_lock_shared(620);
		END IF;
		RETURN coalesce(NEW, OLD);
	END $$;
	CREATE TRIGGER crash BEFORE INSERT ON local.event FOR EACH ROW EXECUTE FUNCTION crash.wait('mid load');
	CREATE TRIGGER crash BEFORE INSERT OR UPDATE OR DELETE ON local.event_day FOR EACH ROW
		EXECUTE FUNCTION crash.wait('during summary');
	CREATE CONSTRAINT TRIGGER crash_commit AFTER INSERT ON local.event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
		EXECUTE FUNCTION crash.wait('before load commit');
	CREATE TRIGGER crash BEFORE INSERT OR UPDATE ON local.page FOR EACH ROW EXECUTE FUNCTION crash.wait('mid merge');
	CREATE CONSTRAINT TRIGGER crash_commit AFTER UPDATE ON local.visitor DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
		EXECUTE FUNCTION crash.wait('before merge commit');
	CREATE TRIGGER crash_lease BEFORE UPDATE ON pendo.ledger FOR EACH ROW
		WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION crash.wait('while leasing');
	CREATE FUNCTION crash.between() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF current_setting('crash.point', true) = 'between batches'
			AND EXISTS (SELECT FROM pendo.run WHERE pid = pg_backend_pid() AND ended_at IS NULL AND windows > 0) THEN
			PERFORM pg_advisory_xact_lock_shared(620);
		END IF;
		RETURN NEW;
	END $$;
	CREATE TRIGGER crash_between BEFORE UPDATE ON pendo.ledger FOR EACH ROW
		WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION crash.between()});

# Where to kill: the pull whose session is the victim; "fault" holds up a request
# (skip of that source), otherwise the trigger of that name does.
my %point = (
	'after lease' => { pull => 'guide_event', source => 'guideEvents', skip => 0, fault => 'stall_first_byte' },
	'fingerprint' => { pull => 'event', source => 'events', skip => 0, fault => 'stall_first_byte' },
	'rows asked for' => { pull => 'event', source => 'events', skip => 1, fault => 'stall_first_byte' },
	'mid spool' => { pull => 'event', source => 'events', skip => 1, fault => 'stall_body', rows => 20 },
	'mid spool of a table' => { pull => 'visitor', source => 'visitors', skip => 0, fault => 'stall_body', rows => 20 },
	'while leasing' => { pull => 'event' },
	'between batches' => { pull => 'event' },
	'mid load' => { pull => 'event' },
	'during summary' => { pull => 'event' },
	'before load commit' => { pull => 'event' },
	'mid merge' => { pull => 'page' },
	'before merge commit' => { pull => 'visitor' },
	'anywhere' => { pull => 'event' });
my @points = sort keys %point;
my (%hits, %kinds, $missed, $met);

# The server may be on its way back.
sub wait_for_server
{
	my $until = time + $patience;

	until ($node->psql('postgres', 'SELECT 1', timeout => 20) == 0)
	{
		return BAIL_OUT('the server does not come back') if time > $until;
		sleep 0.05;
	}
	$watch = LiveSession->new($node);
	return;
}

sub wait_until
{
	my ($what, $is_so, $seconds) = @_;
	my $until = time + ($seconds // $patience);

	until ($is_so->())
	{
		if (time > $until)
		{
			diag("no longer waiting: $what\n" . $watch->value(q{SELECT pid, state, wait_event, left(query, 90)
				FROM pg_stat_activity WHERE backend_type = 'client backend'}));
			return 0;
		}
		sleep 0.01;
	}
	return 1;
}

# Sessions that are running a pull.
sub running
{
	return split /\n/, $watch->value(q{SELECT pid FROM pg_stat_activity
		WHERE state = 'active' AND query LIKE 'CALL pendo.run_pull%' ORDER BY pid});
}

sub worker
{
	my ($pull, $crash_point) = @_;

	local $ENV{PGOPTIONS} = '-c crash.point=' . ($crash_point // 'none') =~ s/ /\\ /gr;
	my $session = LiveSession->new($node);
	$session->start('CALL pendo.run_pull(' . ($pull eq '' ? '' : "'local.$pull'") . ')');
	return $session;
}

# What changes at the remote side, and what the local side is to look at again.
sub new_data
{
	my ($number) = @_;

	remote(clock => advance_seconds => 120 + int rand 600);
	remote(late => hours_ago => $_, events => 3 + int rand 8) foreach 1 + int rand 20, 40 + int rand 60, 215 + int rand 30;
	remote(set_switches => dirty_metadata => $number % 2 ? 'none' : 'some',
		ingest_lag => (qw(none minutes:60 minutes:700 minutes:3000))[ int rand 4 ]);
	$watch->value(q{
		UPDATE pendo.ledger SET due_at = now() WHERE state = 'closed';
		UPDATE pendo.ledger SET reopened_at = reopened_at - interval '3 days' WHERE random() < 0.3;
		UPDATE pendo.ledger SET full_at = NULL WHERE pull = 'local.visitor';
		DELETE FROM local.page WHERE random() < 0.1;
		UPDATE local.page SET name = name || '?' WHERE random() < 0.1;
		UPDATE local.page SET color = 'none' WHERE id = (SELECT min(id) FROM local.page)});
	return;
}

# Wait until the victim is at the point; false if it never comes there.
sub reach
{
	my ($name, $victim) = @_;
	my $point = $point{$name};

	if ($name eq 'anywhere')
	{
		sleep rand 0.15;
		return 1;
	}
	return wait_until($name, sub { $pendo->fired('crash') }) if $point->{fault};
	return wait_until($name, sub {
		$watch->value('SELECT count(*) FROM pg_locks WHERE locktype = \'advisory\' AND NOT granted AND pid = '
			  . $victim->backend) });
}

# Kill, and put right what was killed.
sub strike
{
	my ($kind, $victim) = @_;

	if ($kind eq 'backend')
	{
		kill 'KILL', $victim->backend;
		$victim->finish;
		wait_for_server();
	}
	elsif ($kind eq 'postmaster')
	{
		$node->kill9;
		$victim->finish;
		my $until = time + $patience;
		until ($node->start(fail_ok => 1))
		{
			return BAIL_OUT('the server does not start') if time > $until;
			sleep 0.1;
		}
		wait_for_server();
	}
	elsif ($kind eq 'stand-in')
	{
		restart_stand_in();
	}
	elsif ($kind eq 'terminated')
	{
		$watch->value('SELECT pg_terminate_backend(' . $victim->backend . ')');
	}
	elsif ($kind eq 'client')
	{
		kill 'KILL', $victim->{pid};
	}
	return;
}

# Run all pulls to their ends, undisturbed; what went wrong, '' if nothing.  What
# had closed and failed would be tried again after a while, which has passed now.
sub settle
{
	$watch->value(q{UPDATE pendo.ledger SET due_at = now() WHERE state = 'closed' AND failure IS NOT NULL});
	my @sessions = map { worker($_) } @tables, 'event';
	my $errors = '';

	foreach my $session (@sessions)
	{
		my ($state, undef, $error) = $session->finish(2 * $patience);
		$errors .= "$state $error" if $state ne '00000' || $error =~ /WARNING|ERROR/;
	}
	return $errors;
}

sub differences
{
	return join "\n", grep { $_ ne '' } map { $truth->difference($pendo, "local.$_") } @tables;
}

sub one_round
{
	my ($number) = @_;
	my $name = $points[ $number % @points ];
	my $point = $point{$name};
	my @kinds = ('backend', 'postmaster', 'client', 'terminated', $point->{fault} || $name eq 'anywhere' ? ('stand-in') : ());
	my $kind = $kinds[ ($number + int($number / @points)) % @kinds ];
	my $label = "round $number, $kind, $name";

	new_data($number);
	$watch->value('SELECT pg_advisory_lock(620)');
	$pendo->set_faults({ id => 'crash', fault => $point->{fault}, times => 1,
			args => { $point->{fault} ? (seconds => 50) : () },
			match => { source => $point->{source}, skip => $point->{skip}, $point->{rows} ? (after_rows => $point->{rows}) : () } })
	  if $point->{fault};

	my $victim = worker($point->{pull}, $name);
	my @others = map { worker($_) } grep { $_ ne $point->{pull} } @tables;
	my $is_reached = reach($name, $victim);
	push @others, worker($point->{pull}) if $name ne 'anywhere';     # works beside the victim, at other windows

	my @running = running();
	my $is_met = $name eq 'anywhere' ? @running > 0 : grep { $_ == $victim->backend } @running;
	if ($name eq 'anywhere' && @running)
	{
		my ($other) = grep { my $backend = $_->backend; grep { $_ == $backend } @running } sort { rand() <=> 0.5 } $victim, @others;
		if ($other && $other != $victim) { @others = ($victim, grep { $_ != $other } @others); $victim = $other }
	}
	$hits{$name} += 0;
	$hits{$name}++ if $is_reached && $is_met;
	$met++ if $is_met;
	strike($kind, $victim);
	$kinds{$kind}++;

	$pendo->clear_faults;
	$watch->value('SELECT pg_advisory_unlock_all()');
	wait_until('the others end', sub { !running() }) or return fail("$label: the others end");
	foreach my $session (@others)
	{
		# their server has gone: psql may not even notice if it was about to send something
		next if $kind eq 'backend' || $kind eq 'postmaster';
		my ($state, undef, $error) = $session->finish;
		return fail("$label: a bystander failed: $state $error")
		  if $state ne '00000' || $error =~ /WARNING/ && $kind ne 'stand-in';
	}
	if ($kind eq 'backend' || $kind eq 'postmaster')
	{
		kill 'KILL', grep { defined } map { $_->{pid} } @others;
	}
	undef $victim;
	@others = ();

	foreach ([ 'ledger, rows and summaries agree right after the kill', sub { $truth->disagreement } ],
		[ 'the next runs succeed', \&settle ],
		[ 'ledger, rows and summaries agree', sub { $truth->disagreement(settled => 1) } ],
		[ 'the tables are as at Pendo', \&differences ])
	{
		my ($what, $check) = @$_;
		my $found = $check->();
		if ($found ne '')
		{
			diag($found);
			return fail("$label: $what");
		}
	}
	return pass($label);
}

# --- before: three sessions share the first load ---------------------------------

$watch = LiveSession->new($node);
# No answer comes before the last of them has begun.
$pendo->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 2 }, times => 2, match => { source => 'events' } });
my @sessions = map { worker($_) } @tables, 'event', 'event';
is(join('', map { my ($state, undef, $error) = $_->finish; $state eq '00000' ? '' : $error } @sessions), '', 'first load');
@sessions = ();
$pendo->clear_faults;
is(differences(), '', 'first load: as at Pendo');
is($truth->disagreement(settled => 1), '', 'first load: ledger and summaries agree');
cmp_ok($truth->rows, '>', 30, 'there are rows');
is($watch->value(q{SELECT sum(r.windows) - (SELECT count(*) FROM pendo.ledger l WHERE l.pull = 'local.event')
	FROM pendo.run r WHERE r.pull = 'local.event'}), '0', 'first load: nobody loaded what another had');

# The checker sees what is wrong.
foreach my $table (@tables)
{
	my ($order) = $watch->value("SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'local.$table'::regclass
		AND attname IN ('visitor_id', 'id') ORDER BY attnum");
	my %damage = (
		lost => [ 'DELETE FROM checker.copy WHERE ctid = (SELECT max(ctid) FROM checker.copy)', '1 lost, 0 too many' ],
		doubled => [ 'INSERT INTO checker.copy SELECT * FROM checker.copy LIMIT 1', '0 lost, 1 too many' ],
		altered => [ "UPDATE checker.copy SET app_or_id = app_or_id || ' ' WHERE ctid = (SELECT min(ctid) FROM checker.copy)"
			  =~ s/app_or_id/(split ' ', $order)[0]/ger, '1 lost, 1 too many' ]);
	foreach my $what (sort keys %damage)
	{
		$watch->value("CREATE TABLE checker.copy AS TABLE local.$table");
		is($truth->difference($pendo, "local.$table", copy => 'checker.copy', short => 1), '', "$table: a copy is equal");
		$watch->value($damage{$what}[0]);
		is($truth->difference($pendo, "local.$table", copy => 'checker.copy', short => 1), $damage{$what}[1],
			"the checker sees a row of $table that is $what");
		$watch->value('DROP TABLE checker.copy');
	}
}
foreach my $damage ('DELETE FROM local.event_day WHERE day = (SELECT min(day) FROM local.event_day)',
	'UPDATE local.event_day SET events = events + 1 WHERE day = (SELECT max(day) FROM local.event_day)',
	'DELETE FROM local.guide_event WHERE browser_time = (SELECT min(browser_time) FROM local.guide_event)',
	'INSERT INTO local.event SELECT * FROM local.event LIMIT 1',
	"DELETE FROM pendo.ledger WHERE pull = 'local.event' AND rows > 0 AND window_start =
		(SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY window_start) FROM pendo.ledger)")
{
	isnt($watch->value("BEGIN; $damage; SELECT checker.disagreement(true); ROLLBACK"), '',
		'the checker sees: ' . substr $damage, 0, 40);
}

# --- the kills ------------------------------------------------------------------

# Who asks for a number of rounds wants to see what came of them.
sub print_it { return $ENV{PULL_CRASH_ROUNDS} ? diag(@_) : note(@_) }

my $began = time;
foreach my $number (0 .. $rounds - 1)
{
	one_round($number) or last;
}
print_it(sprintf '%d rounds in %.0f s; kills: %s', $rounds, time - $began, join ', ', map { "$_ $kinds{$_}" } sort keys %kinds);
print_it(sprintf '%3d hits  %s', $hits{$_} // 0, $_) foreach @points;

my $wanted = $rounds >= 3 * @points + 5 ? 3 : $rounds >= @points ? 1 : 0;
my @few = grep { ($hits{$_} // 0) < $wanted && ($wanted > 1 || $_ ne 'anywhere') } @points;
is("@few", '', "each point was hit $wanted times");
cmp_ok($met / $rounds, '>=', 0.8, 'most kills met work under way');
is(join(' ', grep { -d } glob $node->data_dir . '/base/pgsql_tmp/*'), '', 'no folders of temporary files are left');
is(join(' ', glob $node->data_dir . '/base/pgsql_tmp/*'), '', 'no temporary files are left');
is($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE reopened > 0}) > 0, 1, 'windows had settled and were opened again');
cmp_ok($watch->value(q{SELECT count(*) FROM pendo.run WHERE ended_at IS NULL}), '<=', 8 * $rounds, 'runs that never ended');

done_testing();
