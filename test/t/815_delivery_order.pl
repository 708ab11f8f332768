
# The order of deliveries: of one key nothing is under way twice, newer content is never
# overwritten by older, whatever failed in between and whatever the outbox has forgotten, and
# a pause holds within a second.

use strict;
use warnings;
use DeliveryHistory;
use JSON::PP;
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(clock_gettime sleep time CLOCK_MONOTONIC);
use WorkerJobs qw(delivery_workers set_settings);

my %remote = (
	hs => start_stand_in(kind => 'hubspot', size => 0, switches => { burst_limit => 'none' }),
	sf => start_stand_in(kind => 'salesforce', size => 20));
my $node = new_node(preload => 1, settings => { 'pendo_fdw.environment' => 'test', 'pendo_fdw.max_workers' => 0 });
my $history = DeliveryHistory->new($node, %remote);
my $write = { write => JSON::PP::true };

connect_crm($node, $remote{$_}, $_, environment => 'test', expected_org => $remote{$_}{portal_id} // $remote{$_}{org_id},
	first_byte_timeout => '60s') foreach sort keys %remote;
make_journal($node);

sub value { return $node->safe_psql('postgres', "SET client_min_messages = warning; $_[0]") }
sub deliver { value('CALL pendo.deliver()'); return }
sub deliverer { my $session = LiveSession->new($node); $session->start('SET client_min_messages = warning; CALL pendo.deliver();'); return $session }
sub outcomes { return value("SELECT string_agg(outcome, ' ' ORDER BY id) FROM pendo.delivery WHERE item = $_[0]") }

# Write an item: its number.
sub put
{
	my ($connection, $key, $fields, %more) = @_;

	value(DeliveryHistory::change(connection => $connection, object => $connection eq 'hs' ? 'companies' : 'Account', key => $key, fields => $fields, %more));
	return value("SELECT max(item) FROM crash.journal WHERE key = '$key'");
}

# Nothing that waits is due before the test says so, however slow the machine is.
sub hold { value("UPDATE pendo.waiting SET due_at = now() + interval '1 hour'"); return }

# All that waits is due, and no connection rests.
sub set_due
{
	value("UPDATE pendo.waiting SET due_at = now(); UPDATE pendo.connection_state SET open_until = NULL");
	return;
}

# The outbox forgets all that is dealt with or waits.
sub forget
{
	value("SELECT nextval('pendo.outbox_turn'); SELECT pendo._clean_outbox()");
	is(value('SELECT count(*) FROM pendo.outbox'), 0, 'the outbox is empty');
	return;
}

sub company
{
	my ($key) = @_;

	return (grep { ($_->{external_id} // '') eq $key } map { decode_json($_)->{properties} } split /\n/, $remote{hs}->control(GET => 'records/companies'))[0];
}

sub account
{
	my ($key) = @_;

	$history->refresh;
	return (grep { $_->{key} eq $key } @{ $history->{records} })[0]{values};
}

sub is_sound { my ($what) = @_; $history->refresh; is(join("\n", $history->problems), '', "$what: the history is sound"); return }

sub wait_until
{
	my ($is_so, $what) = @_;
	my $until = time + 30;

	sleep 0.01 until $is_so->() || time > $until;
	return ok(time < $until, $what);
}

# --- several at once -------------------------------------------------------------

# Slow answers, two that deliver, and one that writes.
{
	$remote{$_}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 0.05 }, match => $write, times => -1 }) foreach sort keys %remote;
	my $writer = LiveSession->new($node);
	$writer->start(join("\n", map { my $n = $_; (map { DeliveryHistory::change(connection => $_, object => $_ eq 'hs' ? 'companies' : 'Account',
				key => "$_-" . $n % 7, fields => $_ eq 'hs' ? { name => "n$n" } : { Name => "n$n" }) } qw(hs sf)), 'SELECT pg_sleep(0.03) \g /dev/null' } 1 .. 100) . "\n");
	for (1 .. 12)
	{
		my @sessions = map { deliverer() } 1 .. 2;
		is(join(' ', map { ($_->finish)[0] } @sessions), '00000 00000', 'two sessions deliver');
	}
	is(($writer->finish)[0], '00000', 'while another writes');
	$remote{$_}->clear_faults foreach sort keys %remote;
	deliver();
	is_sound('two at once');
	cmp_ok(scalar(@{ $history->{requests} }), '>', 5, 'in many requests');
}

# The first two to deliver to a connection come at once.
{
	my @sessions = map { LiveSession->new($node) } 1 .. 2;
	my ($barrier, @ends) = (LiveSession->new($node));

	for (1 .. 20)
	{
		value('TRUNCATE pendo.lane');
		$barrier->value('SELECT pg_advisory_lock(815)');
		$_->start(q{SELECT pg_advisory_lock_shared(815) \g /dev/null
			SELECT count(*) FROM pendo._take_lanes('hs') \g /dev/null
			SELECT pg_advisory_unlock_shared(815) \g /dev/null} . "\n") foreach @sessions;
		wait_until(sub { value(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}) == 2 }, 'two wait');
		$barrier->value('SELECT pg_advisory_unlock(815)');
		push @ends, map { ($_->finish)[0] } @sessions;
	}
	is(join(' ', @ends), join(' ', ('00000') x 40), 'neither waits for the other for ever');
}

# Who was idle when this transaction first saw who is there, holds lanes now.
{
	my ($holder, $other) = map { LiveSession->new($node) } 1 .. 2;

	$other->value('BEGIN; SELECT count(*) > 0 FROM pg_stat_activity');
	is($holder->value("SELECT count(*) FROM pendo._take_lanes('hs')"), 16, 'a session takes all lanes');
	$holder->start('SELECT pg_sleep(2)');
	wait_until(sub { value('SELECT count(*) FROM pg_stat_activity WHERE wait_event = \'PgSleep\' AND pid = ' . $holder->backend) }, 'and works');
	is($other->value("SELECT count(*) FROM pendo._take_lanes('hs')"), 0, 'another gets none');
	$holder->finish;
	$other->value('ROLLBACK');
}

# Of lanes that others left, those that nobody came for.
{
	my ($holder, $other) = map { LiveSession->new($node) } 1 .. 2;
	my $left = sub { value("UPDATE pendo.lane SET lease_pid = NULL, lease_backend_start = NULL, leased_at = now() - interval '$_[1]' WHERE connection = 'hs' AND lane IN ($_[0])") };
	my $more = sub { $_[0]->value("SELECT coalesce(string_agg(t.lane::text, ' ' ORDER BY t.lane), '') FROM pendo._take_lanes('hs', true) t") };

	$other->value("SELECT count(*) FROM pendo._take_lanes('hs')");
	$left->('1, 9', '1 second');
	is($more->($other), '', 'a lane that is free for a moment is left to who asked for it');
	$left->('1, 9, 2', '4 seconds');
	is($more->($other), '1 2 9', 'later it is taken by who is there');
	is($more->($other), '', 'once');
	is($holder->value("SELECT count(*) FROM pendo._take_lanes('hs')"), 16, 'a session that is idle holds none');
	$holder->start('SELECT pg_sleep(2)');
	wait_until(sub { value('SELECT count(*) FROM pg_stat_activity WHERE wait_event = \'PgSleep\' AND pid = ' . $holder->backend) }, 'one that works does');
	is($more->($other), '', 'of whose none are taken');
	$holder->finish;
}

# A newer item, written while its key is under way, is sent after it.
{
	$remote{hs}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 1 }, match => $write, times => 1 });
	my $old = put('hs', 'moving', { name => 'Old' });
	my $session = deliverer();
	wait_until(sub { $remote{hs}->fired('slow') }, 'an item is under way');
	my $new = put('hs', 'moving', { name => 'New' });
	is(($session->finish)[0], '00000', 'a newer one comes meanwhile');
	deliver();
	is(outcomes($_), 'delivered', 'both are delivered') foreach $old, $new;
	is(company('moving')->{name}, 'New', 'the newer one last');
	is_sound('a newer one meanwhile');
}

# --- what comes to nothing at first ----------------------------------------------------

# An item waits, a newer one arrives, and the outbox forgets it.
{
	my $first = put('hs', 'late', { name => 'One', city => 'One', country => 'One' });
	$remote{hs}->set_faults({ fault => 'status', args => { code => 503 }, match => $write });
	deliver();
	my $partly = put('hs', 'late', { name => 'Two', city => 'Two' });
	my $wholly = put('hs', 'gone', { name => 'One' });
	is(outcomes($first), 'retry', 'one waits');
	hold();
	deliver();
	is(outcomes($partly), 'delivered', 'a newer one is delivered');
	forget();
	set_due();
	deliver();
	is(join(' ', map { company('late')->{$_} } qw(name city country)), 'Two Two One', 'what it brought is not overwritten, and the rest arrives');
	is_sound('an older one later');

	$remote{hs}->set_faults({ fault => 'status', args => { code => 503 }, match => $write });
	my $older = put('hs', 'gone', { name => 'Two' });
	deliver();
	my $newer = put('hs', 'gone', { name => 'Three' });
	hold();
	deliver();
	is(join(', ', map { outcomes($_) } $older, $newer), 'retry superseded, delivered', 'with nothing left it is superseded');
	is(value('SELECT count(*) FROM pendo.waiting'), 0, 'and does not wait any longer');
}

# One failed, a newer one arrives: to retry the first does no harm.
{
	$remote{hs}->set_faults({ fault => 'fail_inputs', args => { ids => ['failing'], status => 400, category => 'VALIDATION_ERROR', message => 'no' }, times => 2 });
	my $first = put('hs', 'failing', { name => 'One', city => 'One' });
	deliver();
	is(outcomes($first), 'failed', 'one has failed');
	put('hs', 'failing', { name => 'Two' });
	deliver();
	my $newest = put('hs', 'failing', { name => 'Three' });
	deliver();
	is(outcomes($newest), 'delivered', 'a newer one has not');
	forget();
	is(value("SELECT pendo.retry('hs')"), 1, 'what failed is tried again, but for what is outdated');
	deliver();
	is(join(' ', map { company('failing')->{$_} } qw(name city)), 'Three One', 'newer content stays');
	is(value('SELECT count(*) FROM pendo.failed_item'), 0, 'nothing has failed any more');
	is_sound('a retry');
}

# An update does not make a record: what it sets all of is made nevertheless.
foreach my $connection (qw(hs sf))
{
	my ($field, $key) = ($connection eq 'hs' ? 'name' : 'Name', "twofold $connection");
	my $made = put($connection, $key, { $field => 'Made' });
	my $changed = put($connection, $key, { $field => 'Changed' }, operation => 'update');
	deliver();
	deliver();
	like(join(', ', map { outcomes($_) } $made, $changed), qr/^delivered, (delivered|unchanged)$/, "$connection: a record that is updated before it is made is made");
	is(($connection eq 'hs' ? company($key) : account($key))->{$field}, 'Changed', 'with the newest content');

	my @items = map { put($connection, "$key, again", { $field => $_->[1] }, operation => $_->[0]) } [ upsert => 'One' ], [ update => 'Two' ], [ upsert => 'Three' ];
	deliver();
	deliver();
	is(join(', ', map { outcomes($_) } @items), 'superseded, superseded, delivered', 'an upsert that is newer makes it, too');
}
is_sound('updates before');

# A record that is changed before it is made: what is required comes with the first.
{
	put('sf', 'new', { Name => 'One', Phone => '1', BillingCity => 'One' });
	put('sf', 'new', { Name => 'Two' });
	deliver();
	is(join(' ', map { account('new')->{$_} } qw(Name Phone BillingCity)), 'Two 1 One', 'changed before it is made');

	$remote{sf}->set_faults({ fault => 'server_unavailable', match => $write });
	put('sf', 'newer', { Name => 'One', Phone => '1' });
	deliver();
	my $part = put('sf', 'newer', { BillingCity => 'Two' });
	hold();
	deliver();
	is(outcomes($part), 'retry', 'what cannot make it waits for what can');
	set_due();
	deliver();
	is(join(' ', map { account('newer')->{$_} // '' } qw(Name Phone BillingCity)), 'One 1 Two', 'and then all is there');
	is_sound('a new record');
}

# --- lanes that change hands ------------------------------------------------------------

# With a backlog, who comes later gets lanes of who is at it; with none, it does not wait.
{
	my $write_many = q{SELECT count(crash.change('hs', 'companies', 'external_id', 'backlog ' || n % 3000, jsonb_build_object('name', 'v' || n), 'upsert', 'push', false, false)) FROM generate_series(1, 3500) n};
	my $holders = q{SELECT count(DISTINCT lease_pid) FROM pendo.lane WHERE connection = 'hs'};

	$remote{hs}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 0.8 }, match => $write, times => -1 });
	value($write_many);
	my $first = deliverer();
	wait_until(sub { value($holders) == 1 }, 'one delivers');
	my $second = deliverer();
	wait_until(sub { value($holders) == 2 }, 'another gets some of its lanes');
	is(value(q{SELECT string_agg(n::text, ' ') FROM (SELECT count(*) AS n FROM pendo.lane WHERE connection = 'hs' GROUP BY lease_pid) l}), '8 8', 'half of them');
	is(value(q{SELECT count(*) FROM (SELECT FROM pendo.lane WHERE connection = 'hs' GROUP BY lane % 8 HAVING count(DISTINCT lease_pid) > 1) l}), '0', 'in pairs');
	is(join(' ', map { ($_->finish(90))[0] } $first, $second), '00000 00000', 'both come to an end');
	is(value("SELECT count(*) FROM pendo.outbox o WHERE NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')"), 0, 'and nothing is left');

	# Who asked is gone before it is given any: the first delivers all.
	value($write_many =~ s/backlog/other/r);
	$first = deliverer();
	wait_until(sub { value($holders) == 1 }, 'one delivers again');
	$second = deliverer();
	wait_until(sub { value(q{SELECT count(*) FROM pendo.lane WHERE wanted_at IS NOT NULL}) > 0 }, 'another asks');
	value('SELECT pg_terminate_backend(' . $second->backend . ')');
	is(($first->finish(90))[0], '00000', 'who asked ends');
	is(value("SELECT count(*) FROM pendo.outbox o WHERE NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')"), 0, 'and nothing is left');
	is(value(q{SELECT count(*) FROM pendo.lane WHERE lease_pid IS NOT NULL OR wanted_at IS NOT NULL}), 0, 'and nobody holds a lane');

	# Who has half of them is gone, or left some long ago: the first takes them though it is at work.
	value($write_many =~ s/backlog/left/r =~ s/3000/7000/r =~ s/3500/7000/r);
	$first = deliverer();
	wait_until(sub { value($holders) == 1 }, 'one delivers for the third time');
	$second = deliverer();
	wait_until(sub { value($holders) == 2 }, 'another shares');
	my $own = value("SELECT string_agg(lane::text, ', ') FROM pendo.lane WHERE connection = 'hs' AND lease_pid = " . $first->backend);
	value('SELECT pg_terminate_backend(' . $second->backend . ')');
	my $has_all = sub { value("SELECT count(*) FROM pendo.lane WHERE connection = 'hs' AND lease_pid = " . $first->backend) == 16 };
	wait_until($has_all, 'what a session had that is gone goes to the other');
	cmp_ok(value("SELECT count(*) FROM pendo.outbox o WHERE pendo._lane('push', o.key) IN ($own) AND NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item)"), '>', 0,
		'which has not come to the end of its own');
	is(($first->finish(90))[0], '00000', 'and does so');
	is(value("SELECT count(*) FROM pendo.outbox o WHERE NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')"), 0, 'and nothing is left');
	is_sound('lanes that change hands');
	$remote{hs}->clear_faults;

	$remote{hs}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 3 }, match => $write, times => 1 });
	put('hs', 'single', { name => 'One' });
	$first = deliverer();
	wait_until(sub { $remote{hs}->fired('slow') }, 'a single item is under way');
	$second = deliverer();
	is(($second->finish(2))[0], '00000', 'another does not wait for it');
	$first->finish;
}

# A newer one that failed, or was given up, spoils nothing of an older one.
{
	$remote{hs}->set_faults({ fault => 'status', args => { code => 503 }, match => $write });
	my $old = put('hs', 'mixed', { name => 'One', numberofemployees => '1' });
	deliver();
	my $bad = put('hs', 'mixed', { numberofemployees => 'many' }, doomed => 1);
	hold();
	deliver();
	is(outcomes($bad), 'retry', 'a bad one waits for an older one');
	value("UPDATE pendo.waiting SET due_at = now() WHERE item = $bad");
	is(value("SELECT pendo.discard(item => $bad)"), 1, 'and is given up');
	set_due();
	deliver();
	is(join(' ', map { company('mixed')->{$_} } qw(name numberofemployees)), 'One 1', 'the older one arrives as it was');
	is(outcomes($old), 'retry delivered', 'and whole');
}

# --- a pause ---------------------------------------------------------------------------

# While answers are slow, and while requests wait for their turn.
foreach my $how ('slow answers', 'a small budget')
{
	my $prefix = $how =~ s/\W/-/gr;
	$remote{hs}->clear_log;
	value('ALTER SERVER hs OPTIONS (SET requests_per_second \'2\', SET request_burst \'1\')') if $how eq 'a small budget';
	$remote{hs}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 0.3 }, match => $write, times => -1 }) if $how eq 'slow answers';
	value("INSERT INTO pendo.outbox (connection, object, key_field, key, fields)
		SELECT 'hs', 'companies', 'external_id', '$prefix-' || n, '{\"name\": \"N\"}' FROM generate_series(1, 2500) n");
	my $session = deliverer();
	wait_until(sub { scalar(grep { $_->{write} } $remote{hs}->log) >= 2 }, "$how: deliveries are under way");
	value("SELECT pendo.pause('hs')");
	my $paused_at = 1000 * clock_gettime(CLOCK_MONOTONIC);
	sleep 3;
	my @late = grep { $_->{at} > $paused_at + 1000 } $remote{hs}->log;
	is(scalar(@late), 0, "$how: no request begins more than a second after a pause") or diag(join ' ', map { int($_->{at} - $paused_at) } @late);
	is(($session->finish)[0], '00000', "$how: the session ends");
	my $left = 2500 - value("SELECT count(*) FROM pendo.delivery WHERE key LIKE '$prefix-%' AND outcome = 'delivered'");
	cmp_ok($left, '>', 0, "$how: something is left");
	$remote{hs}->clear_faults;
	value('ALTER SERVER hs OPTIONS (SET requests_per_second \'1000\', SET request_burst \'1000\')');
	value("SELECT pendo.resume('hs')");
	deliver();
	is(value("SELECT count(*) FROM pendo.delivery WHERE key LIKE '$prefix-%' AND outcome = 'delivered'"), 2500, "$how: all continues afterwards");
}

# While a request is under way: a session minds no new settings, and waits for its answer; a
# worker minds them, and waits for it, too.
{
	$remote{hs}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 3 }, match => $write, times => 1 });
	my $item = put('hs', 'reloaded', { name => 'One' });
	my $session = deliverer();
	wait_until(sub { $remote{hs}->fired('slow') }, 'an item is under way');
	set_settings($node, 'log_min_messages' => 'warning');
	is(($session->finish(30))[0], '00000', 'a session ends though there are new settings');
	is(outcomes($item), 'delivered', 'with its item delivered');

	$remote{hs}->set_faults({ id => 'slow', fault => 'slow_after', args => { seconds => 3 }, match => $write, times => 1 });
	set_settings($node, 'pendo_fdw.max_workers' => 1);
	$item = put('hs', 'paused', { name => 'One' });
	wait_until(sub { $remote{hs}->fired('slow') }, 'an item of a worker is under way');
	set_settings($node, 'pendo_fdw.paused' => 'on');
	wait_until(sub { !delivery_workers($node) }, 'the worker leaves when all is paused');
	is(outcomes($item), 'delivered', 'with its item delivered');
	set_settings($node, 'pendo_fdw.max_workers' => 0, 'pendo_fdw.paused' => 'off');
}

# A worker that must leave forgets nothing of what it had not sent yet.
{
	my $left = sub { return 2500 - value("SELECT count(*) FROM pendo.delivery WHERE key LIKE 'worker-%' AND outcome = 'delivered'") };

	value('ALTER SERVER hs OPTIONS (SET requests_per_second \'2\', SET request_burst \'1\')');
	set_settings($node, 'pendo_fdw.max_workers' => 1);
	value("INSERT INTO pendo.outbox (connection, object, key_field, key, fields)
		SELECT 'hs', 'companies', 'external_id', 'worker-' || n, '{\"name\": \"N\"}' FROM generate_series(1, 2500) n");
	wait_until(sub { $left->() < 2500 }, 'a worker delivers');
	set_settings($node, 'pendo_fdw.paused' => 'on');
	wait_until(sub { !delivery_workers($node) }, 'and leaves when all is paused');
	cmp_ok($left->(), '>', 0, 'before it is done');
	value('ALTER SERVER hs OPTIONS (SET requests_per_second \'1000\', SET request_burst \'1000\')');
	set_settings($node, 'pendo_fdw.paused' => 'off');
	wait_until(sub { $left->() == 0 }, 'another delivers all the rest') or diag($left->());
	set_settings($node, 'pendo_fdw.max_workers' => 0);
}

$_->stop foreach values %remote;

done_testing();
