
# Servers, sessions, background workers and writers are killed, and connections cut, at
# named and at random moments of deliveries to HubSpot and Salesforce, while others write
# and much else goes wrong.  After each kill all that was committed arrives, and nothing
# else; the stand-ins' effects and logs tell (DeliveryHistory.pm).
#
#   DELIVERY_CRASH_ROUNDS=100   how many kills
#   DELIVERY_CRASH_SEED=n       repeats a run's choices

use strict;
use warnings;
use DeliveryCrash;
use DeliveryHistory;
use DeliveryWriters;
use HTTP::Tiny;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(clock_gettime sleep time CLOCK_MONOTONIC);
use WorkerJobs qw(delivery_workers launcher_pid set_settings);

my $rounds = $ENV{DELIVERY_CRASH_ROUNDS} || 6;
my $seed = $ENV{DELIVERY_CRASH_SEED} || time % 100_000;

# Whoever is held up at a stand-in waits far longer than this test does.
my $patience = 90;
my $stall = 600;

# Who asks for a number of rounds wants to see what came of them.
sub print_it { return $ENV{DELIVERY_CRASH_ROUNDS} ? diag(@_) : note(@_) }

srand $seed;
print_it("DELIVERY_CRASH_ROUNDS=$rounds DELIVERY_CRASH_SEED=$seed");

# --- the server and what it is connected to -----------------------------------------

my %remote = (
	hs => start_stand_in(kind => 'hubspot', size => 0,
		switches => { unique_on_tasks => 'allowed', property_delay => 'none', burst_limit => 'none', search_limit => 'none' }),
	sf => start_stand_in(kind => 'salesforce', size => 20));
my $node = new_node(preload => 1, settings => { restart_after_crash => 'on', 'pendo_fdw.environment' => 'test', 'pendo_fdw.max_workers' => 0 });
my $history = DeliveryHistory->new($node, %remote);
my $writers = DeliveryWriters->new(hs => 60, sf => 60);
my $watch;

{
	my $response = HTTP::Tiny->new->post($remote{hs}->url . '/crm/v3/properties/tasks', {
		headers => { authorization => "Bearer $remote{hs}{token}", 'content-type' => 'application/json' },
		content => '{"name":"pendo_key","label":"Key","type":"string","fieldType":"text","groupName":"task","hasUniqueValue":true}' });
	die "no property: $response->{content}" unless $response->{success};
}
connect_crm($node, $remote{$_}, $_, environment => 'test', expected_org => $remote{$_}{portal_id} // $remote{$_}{org_id},
	first_byte_timeout => "${stall}s", stall_timeout => "${stall}s") foreach sort keys %remote;
make_journal($node);
make_points($node);

# What is true within a while; else what there is, for whoever looks into it.
sub wait_until
{
	my ($what, $is_so) = @_;
	my $until = time + $patience;

	until ($is_so->())
	{
		if (time > $until)
		{
			diag("no longer waiting: $what");
			diag(eval { $watch->value(q{SELECT pid, backend_type, state, wait_event_type, wait_event, left(query, 90) FROM pg_stat_activity;
				SELECT * FROM pendo.connection_state; SELECT item, key, due_at, attempts, reason, code, message FROM pendo.waiting LIMIT 20;
				SELECT n, pg_relation_size(format('pendo.outbox_%s', n)::regclass), n = pendo._outbox_slot() FROM generate_series(0, 2) n;
				SELECT * FROM crash.scene}) } // `ps -eo pid,ppid,stat,wchan:20,args`);
			return 0;
		}
		sleep 0.02;
	}
	return 1;
}

sub wait_for_server
{
	wait_until('the server comes back', sub { $node->psql('postgres', 'SELECT 1', timeout => 20) == 0 })
	  or die 'the server does not come back';
	$watch = LiveSession->new($node);
	return;
}

# Who is delivering, or looks what is due.
my $at_work = q{state = 'active' AND (query LIKE 'CALL pendo.deliver%' OR backend_type IN ('pendo_fdw delivery', 'pendo_fdw survey'))};

sub at_work { return split /\n/, $watch->value("SELECT pid FROM pg_stat_activity WHERE $at_work") }

# A session that delivers again and again, or writes.
sub deliveries { my ($turns) = @_; return "CALL pendo.deliver();\nSELECT pg_sleep(0.05) \\g /dev/null\n" x $turns }

sub deliverer
{
	my ($turns) = @_;
	my $session = LiveSession->new($node);

	$session->start("SET client_min_messages = warning;\n" . deliveries($turns));
	return $session;
}

sub writer
{
	my ($script) = @_;
	my $session = LiveSession->new($node);

	$session->start("$script\n");
	return $session;
}

# --- who is there -------------------------------------------------------------------

# Workers, or none.
sub let_workers
{
	my ($may) = @_;

	return if $watch->value('SHOW pendo_fdw.max_workers') == ($may ? 2 : 0);
	set_settings($node, 'pendo_fdw.max_workers' => $may ? 2 : 0);
	return $watch->value('SELECT pendo._wake()') if $may;
	return wait_until('the workers leave', sub {
		$watch->value(q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type IN ('pendo_fdw delivery', 'pendo_fdw survey')}) == 0 });
}

# The partition of new items becomes the next one, if that is empty.
sub turn_outbox
{
	return $watch->value(q{SELECT nextval('pendo.outbox_turn') WHERE
		pg_relation_size(format('pendo.outbox_%s', (pendo._outbox_slot() + 1) % 3)::regclass) = 0});
}

# Who waits for the test's lock.
sub held_up
{
	my ($type) = @_;

	return $watch->value(qq{SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
		WHERE locktype = 'advisory' AND objid = $lock AND NOT granted AND backend_type = '$type' LIMIT 1});
}

my %type = (worker => 'pendo_fdw delivery', session => 'client backend', writer => 'client backend', survey => 'pendo_fdw survey');

# Who delivers and is of this type, 0 if nobody.
sub one_at_work
{
	my ($type) = @_;
	my ($pid) = split /\n/, $watch->value("SELECT pid FROM pg_stat_activity WHERE $at_work AND backend_type = '$type'");

	return $pid // 0;
}

# Who is at a point, 0 if nobody is there.
sub there
{
	my ($point, $who, $remote) = @_;

	return $point->{fault} && !$remote->fired('crash') ? 0 : one_at_work($type{$who}) if $point->{any} || $point->{fault};
	return $watch->value(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'pendo_fdw survey' AND wait_event_type = 'Lock'}) || 0 if $who eq 'survey';
	return held_up($type{$who}) || 0;
}

# Something more to do, for whoever was too fast to be met.
sub do_more
{
	my ($point, $who, $victim, @writers) = @_;

	turn_outbox() if $point->{turn};
	$writers[ rand @writers ]->start($writers->script(transactions => 4));
	$victim->start(deliveries(4)) if $victim;
	$watch->value('SELECT pendo._wake()') if $who eq 'survey';
	return;
}

# Wait until the victim is at the point: its process, 0 if it never comes there.
sub reach
{
	my ($name, $who, $remote, $victim, @writers) = @_;
	my $point = $point{$name};
	my $break = $point->{any} ? 0.1 : 3;
	my ($pid, $more_at) = (0, time + $break);

	sleep rand 0.3 if $point->{any};
	wait_until($name, sub {
		return 1 if $pid = there($point, $who, $remote);
		return 0 if time < $more_at;
		note("$name: nobody is there; more is written") unless $point->{any};
		do_more($point, $who, $victim, @writers);
		$more_at = time + $break;
		return 0; });
	return $pid;
}

# --- kills ------------------------------------------------------------------------

my %takes_server = map { $_ => 1 } qw(process postmaster launcher);
my %ends_victim = (%takes_server, ended => 1, client => 1);

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# Wait until these processes have ended.  What they had under way is cut when the last of them was
# seen: who comes after them may be at work before it is seen that they are gone.
sub await_end
{
	my ($what, $seen_at, $all, @pids) = @_;

	wait_until($what, sub {
		my $at = now();
		my $left = grep { -d "/proc/$_" } @pids;
		$seen_at = $at if $left;
		return !$left; }) or return 0;
	$history->cut($seen_at, $all);
	return 1;
}

# Kill, and put right what was killed.  False if something does not end that must.
sub strike
{
	my ($what, $pid, $session, $remote) = @_;
	my @old = $takes_server{$what} ? children($node->{_pid}) : ();
	my $launcher = 0;

	# It may be about to come back from the last round.
	wait_until('a launcher is there', sub { $launcher = launcher_pid($node) }) or return 0 if $what =~ /launcher/;
	my $began = now();
	kill('KILL', $pid) or return 0 if $what eq 'process';
	kill 'KILL', $launcher if $what eq 'launcher';
	kill 'KILL', $session->{pid} if $what eq 'client';
	$node->kill9 if $what eq 'postmaster';
	if ($what eq 'stand-in')
	{
		kill 'STOP', $remote->{pid};
		sleep 0.5 + rand;
		kill 'CONT', $remote->{pid};
	}
	$watch->value("SELECT pg_terminate_backend($pid)") if $what eq 'ended';
	$watch->value("SELECT pg_terminate_backend($launcher)") if $what eq 'launcher ended';

	return await_end('who was told to end ends', $began, 0, $pid) if $what eq 'ended';
	return 1 unless $takes_server{$what};
	await_end('all of the server\'s processes end', $began, 1, @old) or return 0;
	$node->start if $what eq 'postmaster';
	wait_for_server();
	return 1;
}

# Let all go on.  A network that was cut may come back late.
sub let_go
{
	my ($what, $remote, $doom, $holder) = @_;

	$watch->value('DELETE FROM crash.scene; SELECT pg_advisory_unlock_all()');
	$holder->quit if $holder;
	$remote{$_}->set_faults(@{ $doom->{$_} }, $what eq 'network' && rand() < 0.7 && $remote == $remote{$_}
		? { id => 'down', fault => 'status', args => { code => 503 }, times => 1 + int rand 4 } : ()) foreach sort keys %remote;
	return;
}

# What is wrong with how the sessions ended, '' if nothing.
sub endings
{
	my ($what, $victim, @sessions) = @_;

	foreach my $session (grep { defined } @sessions)
	{
		my $is_victim = defined $victim && $session == $victim;
		my ($state, $error) = $session->outcome($patience) or return 'a session does not end';
		next if $takes_server{$what} && $state eq '57P01' || $state eq '00000' && $error !~ /WARNING|ERROR/;
		next if $is_victim && $ends_victim{$what} && $state eq '57P01';
		return ($is_victim ? 'the victim' : 'a bystander') . " ended with $state: $error";
	}
	return '';
}

# --- until nothing is left -----------------------------------------------------------

# What waits is due now, and no connection rests.
sub set_due
{
	# A lock at a time: nobody is to wait in a circle.
	$watch->value(q{BEGIN; LOCK TABLE pendo.waiting IN EXCLUSIVE MODE; UPDATE pendo.waiting SET due_at = now() WHERE due_at > now(); COMMIT});
	$watch->value("UPDATE pendo.connection_state SET open_until = NULL, checked_at = CASE WHEN org IS NOT NULL THEN checked_at END
		WHERE connection = '$_'") foreach sort keys %remote;
	return;
}

sub open_items
{
	return $watch->value(q{SELECT count(*) FROM (
		SELECT item FROM pendo.outbox o WHERE NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')
		UNION SELECT item FROM pendo.waiting) i});
}

# By sessions, or by workers alone: nobody but they know that something is left.  What went
# wrong, '' if nothing.
sub settle
{
	my ($who) = @_;

	if ($who eq 'worker' || $who eq 'survey')
	{
		my $due = q{SELECT count(*) FROM pendo._due_delivery() WHERE due_at <= now()};
		wait_until('workers go on by themselves', sub { !at_work() && !$watch->value($due) }) or return 'they do not go on';
		wait_until('workers do what is left', sub {
			return 1 if !open_items() && !at_work();
			set_due();
			$watch->value('SELECT pendo._wake()');
			sleep 0.1;
			return 0; }) or return 'something is left';
		return '';
	}
	wait_until('sessions deliver what is left', sub {
		return 1 if !open_items();
		set_due();
		my $found = endings('nothing', undef, map { deliverer(2) } 1 .. 2);
		diag($found) if $found ne '';
		return 0; }) or return 'something is left';
	return '';
}

# --- a round ----------------------------------------------------------------------

my (%hits, %kinds, $met);
# A short run looks at other points each time.
my $first_round = $rounds < all_points() ? int rand 1000 : 0;

sub one_round
{
	my ($number) = @_;
	my ($name, $what, $who) = @{ plan_of_round($first_round + $number) };
	my $label = "round $number, $what/$who, $name";
	my $point = $point{$name};
	my $place = $point->{only} // (qw(hs sf))[ int($number / 2) % 2 ];
	my $remote = $remote{$place};
	my (%doom, @scripts, $holder, $victim);

	let_workers($who eq 'worker' || $who eq 'survey' || $who eq 'writer' && rand() < 0.5);
	turn_outbox() if $point->{turn} || rand() < 0.3;
	$watch->value("UPDATE pendo.connection_state SET checked_at = now() - interval '2 hours' WHERE connection = '$place'") if $name eq 'asking the organisation';
	$remote->control(DELETE => 'sessions') if $name eq 'signing in';

	# What goes wrong, and who is held up.
	my $doomed = (qw(hs sf))[ rand 2 ];
	$doom{$_} = $_ eq $doomed && rand() < 0.4 ? [ doom($_, "$_ doom $number") ] : [] foreach sort keys %remote;
	push @scripts, $writers->doomed($doomed, "$doomed doom $number") if @{ $doom{$doomed} };
	push @scripts, $writers->doomed('hs') if rand() < 0.3;
	my %faults = map { $_ => [ @{ $doom{$_} }, weather($_) ] } sort keys %remote;
	unshift @{ $faults{$place} }, { id => 'spoil', fault => 'status', args => { code => 500 }, times => 2, match => { write => JSON::PP::true } } if $point->{spoil};
	unshift @{ $faults{$place} }, { id => 'crash', fault => $point->{fault}, times => 1, args => { seconds => $stall },
		match => { %{ $point->{match} // {} }, %{ ($point->{of} // {})->{$place} // {} } } } if $point->{fault};
	$faults{$place} = [ $faults{$place}[0], @{ $doom{$place} } ] if $point->{ask};
	$remote{$_}->set_faults(@{ $faults{$_} }) foreach sort keys %remote;
	$watch->value("SELECT pg_advisory_lock($lock)");
	$watch->value("INSERT INTO crash.scene VALUES ('$name', '" . ($who eq 'writer' ? 'session' : $who) . "')") unless $point->{fault} || $point->{any};
	if ($who eq 'survey')
	{
		$holder = LiveSession->new($node);
		$holder->value('BEGIN; LOCK TABLE pendo.pause IN ACCESS EXCLUSIVE MODE');
		$watch->value('SELECT pendo._wake()');
	}

	# Writers, and who delivers.
	unshift @scripts, DeliveryHistory::change(connection => $place, object => $place eq 'hs' ? 'companies' : 'Account', key => "$place-1", look => 1,
		fields => { ($place eq 'hs' ? 'name' : 'Name') => "looked at in round $number" });
	my @writers = map { writer(join "\n", splice(@scripts), $writers->script(transactions => 11)) } 1 .. 3;
	$victim = deliverer(12) if $who eq 'session';
	my $pid = reach($name, $who, $remote, $victim, @writers);
	return fail("$label: nobody came there") unless $pid;
	($victim) = grep { $_->backend == $pid } @writers if $who eq 'writer';
	my $is_met = $who eq 'writer' || grep { $_ == $pid } at_work();
	$hits{$name}++ if $is_met;
	$met++ if $is_met;
	$kinds{$name}{"$what/$who"}++;
	my @others = deliverer(8);

	strike($what, $pid, $victim, $remote) or return fail("$label: who is killed ends");
	let_go($what, $remote, \%doom, $holder);
	turn_outbox() if rand() < 0.5;
	push @others, writer($writers->script(transactions => 3)) if $takes_server{$what};

	foreach ([ 'all sessions end as they should', sub { endings($what, $victim, $victim // (), (grep { !$victim || $_ != $victim } @writers), @others) } ],
		[ 'all is delivered', sub { settle($who) } ],
		[ 'the history is sound', sub { $history->refresh; join "\n", $history->problems } ])
	{
		my ($check, $find) = @$_;
		my $found = $find->();
		if ($found ne '')
		{
			diag(substr $found, 0, 4000);
			return fail("$label: $check");
		}
	}
	return pass($label);
}

# --- before: all records are made -----------------------------------------------------

$watch = LiveSession->new($node);
$watch->run($writers->first);
is(endings('nothing', undef, deliverer(3), deliverer(3)), '', 'two sessions make all records');
is(open_items(), 0, 'nothing is left');
$history->refresh;
is(join("\n", $history->problems), '', 'and they are as they should be');

# --- the kills ------------------------------------------------------------------

# What hits and kills there were.
sub report
{
	my ($seconds) = @_;
	my %sum;

	foreach my $name (all_points())
	{
		$sum{$_} += $kinds{$name}{$_} foreach keys %{ $kinds{$name} };
		print_it(sprintf '%4d hits  %-26s of %s', $hits{$name} // 0, $name,
			join ', ', map { "$kinds{$name}{$_} $_" } grep { $kinds{$name}{$_} } all_kinds());
	}
	print_it(sprintf '%4d kills %-21s', $sum{$_} // 0, $_) foreach all_kinds();
	print_it(sprintf '%d rounds in %.0f s, DELIVERY_CRASH_SEED=%d; %d kills met work under way', $rounds, $seconds, $seed, $met // 0);
	print_it($history->summary);
	return %sum;
}

my $began = time;
my $number = 0;
$number++ while $number < $rounds && eval { one_round($number) };
fail("round $number: $@") if $@;
my %kills = report(time - $began);
if ($number < $rounds)
{
	# The server may be down; and it has been said what is wrong.
	done_testing();
	exit;
}

my $wanted = $rounds >= 3 * all_points() + 5 ? 3 : $rounds >= all_points() ? 1 : 0;
is(join(', ', grep { ($hits{$_} // 0) < $wanted } all_points()), '', "each point was hit $wanted times");
is(join(', ', grep { ($kills{$_} // 0) < 1 } all_kinds()), '', 'each kind of kill was done') if $rounds >= 100;
cmp_ok($met / $rounds, '>=', 0.8, 'most kills met work under way');
cmp_ok($writers->{undone}, '>', $rounds, 'some changes were rolled back');
cmp_ok($writers->{back}, '>', $rounds, 'some went back to what they were');
my $log = slurp_file($node->logfile);
is(join(' ', grep { $_ != 9 } $log =~ /terminated by signal (\d+)/g), '', 'nobody crashed who was not killed');
is(join("\n", grep { /PANIC|TRAP|deadlock detected|deliveries stopped/ } split /\n/, $log), '', 'and there was no other accident');
cmp_ok(scalar(@{ $history->{journal} }), '>=', 50 * $rounds, 'enough was written');

# --- the checker sees what is wrong ------------------------------------------------------

# A key whose first two effects set one field to values that come once.
sub changed_key
{
	my ($copy) = @_;
	my %seen;

	foreach my $effect (grep { $_->{key} =~ /-/ } @{ $copy->{effects} })
	{
		my $first = $seen{ $effect->{key} } // ($seen{ $effect->{key} } = $effect);
		my ($field) = grep { ($first->{values}{$_} // '') =~ /^v/ && ($effect->{values}{$_} // '') =~ /^v/ && $first->{values}{$_} ne $effect->{values}{$_} }
		  sort keys %{ $effect->{values} };
		return ($first, $effect, $field) if defined $field;
	}
	die 'no key changed';
}

sub record_of { my ($copy, $effect) = @_; return (grep { $_->{key} eq $effect->{key} } @{ $copy->{records} })[0] }

my %damage = (
	'a record that is lost' => [ qr/: 0 records/, sub { pop @{ $_[0]{records} } } ],
	'a change that is lost' => [ qr/ did not become /, sub {
			my ($copy) = @_;
			my ($change) = grep { $_->{key} =~ /-/ && $_->{version} > 1 && grep { ($_ // '') =~ /^v/ } values %{ $_->{fields} } } reverse @{ $copy->{journal} };
			my $all = $copy->wanted->{"$change->{connection} $change->{key}"}{fields};
			my ($field) = grep { ($all->{$_}[-1][1] // '') =~ /^v/ } sort keys %$all;
			my $newest = $all->{$field}[-1][1];
			foreach my $effect (grep { $_->{key} eq $change->{key} } @{ $copy->{effects} })
			{
				delete $effect->{values}{$field} if ($effect->{values}{$field} // '') eq $newest;
			}
		} ],
	'a record with former content' => [ qr/ is not "/, sub { my ($first, undef, $field) = changed_key($_[0]); record_of($_[0], $first)->{values}{$field} = $first->{values}{$field} } ],
	'a create that is doubled' => [ qr/: 2 records.*made 2 times/s, sub {
			my ($copy) = @_;
			my ($effect) = grep { $_->{key} =~ /task/ } @{ $copy->{effects} };
			push @{ $copy->{effects} }, { %$effect, id => 'another' };
			push @{ $copy->{records} }, { %{ record_of($copy, $effect) }, id => 'another' };
		} ],
	'two changes in the wrong order' => [ qr/ after newer content/, sub { my ($first, $second, $field) = changed_key($_[0]);
			($first->{values}{$field}, $second->{values}{$field}) = ($second->{values}{$field}, $first->{values}{$field}) } ],
	'a change sent again after a newer one' => [ qr/ after newer content/, sub { my ($first) = changed_key($_[0]); push @{ $_[0]{effects} }, { %$first, is_created => 0 } } ],
	'a change that was rolled back' => [ qr/ which was never committed/, sub { my ($first, undef, $field) = changed_key($_[0]); $first->{values}{$field} = 'never v1' } ],
	'a record that nobody wrote' => [ qr/nobody wrote/, sub { push @{ $_[0]{effects} }, { %{ $_[0]{effects}[0] }, key => 'none' } } ],
	'two requests at once' => [ qr/ overlap /, sub {
			my ($copy) = @_;
			my %last;
			foreach my $request (sort { $a->{begin} <=> $b->{begin} } @{ $copy->{requests} })
			{
				my $before = $last{"$request->{connection} $request->{keys}[0]"};
				return $before->{end} = $request->{begin} + 1 if $before;
				$last{"$request->{connection} $request->{keys}[0]"} = $request;
			}
		} ],
	'an item without an outcome' => [ qr/: 0 outcomes/, sub { my ($d) = grep { $_->{outcome} eq 'delivered' } @{ $_[0]{deliveries} }; $d->{outcome} = 'retry' } ],
	'an outcome without an effect' => [ qr/ is superseded, but none is newer/, sub {
			my ($copy) = @_;
			my ($d) = grep { $_->{outcome} eq 'delivered' && $_->{key} =~ /task/ } @{ $copy->{deliveries} };
			$d->{outcome} = 'superseded';
		} ],
	'an outcome of what was rolled back' => [ qr/never committed/, sub { push @{ $_[0]{deliveries} }, { %{ $_[0]{deliveries}[0] }, item => 0 } } ],
	'an item that failed for no reason' => [ qr/^item \d+ failed/m, sub { push @{ $_[0]{failed} }, { item => $_[0]{deliveries}[0]{item}, code => 'X' } } ]);
foreach my $what (sort keys %damage)
{
	my ($message, $do) = @{ $damage{$what} };
	my $copy = $history->copy;

	$do->($copy);
	like(join("\n", $copy->problems), $message, "the checker sees $what");
}

done_testing();
