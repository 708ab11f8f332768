
# Servers, sessions, background workers and stand-ins are killed, and connections
# cut, at named and at random moments of pulls, while late data turn up.  After each
# kill the ledger, the rows and the summaries agree; after the next runs, which are
# the workers' where one of them was the victim, the tables are what the stand-in has.
#
#   PULL_CRASH_ROUNDS=100   how many kills (15)
#   PULL_CRASH_SEED=n       repeats a run's choices

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use PullCrash;
use PullTruth;
use Test::More;
use Time::HiRes qw(sleep time);
use WorkerJobs qw(launcher_pid pull_workers set_settings);

my $rounds = $ENV{PULL_CRASH_ROUNDS} || all_points();
my $seed = $ENV{PULL_CRASH_SEED} || time % 100_000;

# Whoever is held up at the stand-in waits far longer than this test does: that
# somebody ends is never for want of patience.
my $patience = 60;
my $stall = 600;
my @tables = qw(event guide_event poll_event visitor page);

# Who asks for a number of rounds wants to see what came of them.
sub print_it { return $ENV{PULL_CRASH_ROUNDS} ? diag(@_) : note(@_) }

srand $seed;
print_it("PULL_CRASH_ROUNDS=$rounds PULL_CRASH_SEED=$seed");

# --- the stand-in, which is the same again after a kill --------------------------
#
# Its data follow from its options and from what it was told, in that order; until
# then it answers 503, as else it would tell of former times.

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
	$pendo = start_stand_in(%options, port => $port, fault => '{"fault": "status", "args": {"code": 503}, "times": -1}');
	foreach (@told)
	{
		my ($what, %how) = @$_;
		$pendo->$what(%how);
	}
	return;
}

# --- the server ------------------------------------------------------------------

my $node = new_node(preload => 1, settings => { restart_after_crash => 'on', 'pendo_fdw.max_workers' => 0 });
my $truth = PullTruth->new($node);
my $watch;

make_pulls($node, $pendo, since => $since, tables => \@tables,
	server => { first_byte_timeout => "${stall}s", stall_timeout => "${stall}s" });
make_points($node);
$node->safe_psql('postgres', 'SELECT pendo.unschedule()');
set_settings($node, 'pendo_fdw.max_workers' => 3);

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
			diag(eval { $watch->value(q{SELECT pid, backend_type, state, wait_event, left(query, 90) FROM pg_stat_activity}) }
				  // `ps -eo pid,ppid,stat,wchan:20,args`);
			return 0;
		}
		sleep 0.01;
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

# Who is running a pull, sessions and workers, or looks what is due.
my $at_work = q{state = 'active' AND (query LIKE 'CALL pendo.run_pull%' OR backend_type = 'pendo_fdw survey')};

sub running { return split /\n/, $watch->value("SELECT pid FROM pg_stat_activity WHERE $at_work") }

# A session that runs a pull.  Who is to be met anywhere has more to do than that.
sub session
{
	my ($pull, $name) = @_;
	my $call = "CALL pendo.run_pull('local.$pull');";
	my $again = "UPDATE pendo.ledger SET fingerprint = NULL, due_at = now() WHERE pull = 'local.$pull';\n$call\n";

	local $ENV{PGOPTIONS} = '-c crash.point=' . ($name // 'none') =~ s/ /\\ /gr;
	my $session = LiveSession->new($node);
	$session->start(defined $name && $point{$name}{any} ? $again x 10 : $call);
	return $session;
}

# --- what all sessions of a pull do in a round -------------------------------------

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

# Make it due, when nobody is amidst the ledger's rows.
sub set_due
{
	my ($due_at) = @_;

	$watch->value("BEGIN; LOCK TABLE pendo.ledger IN EXCLUSIVE MODE; UPDATE pendo.ledger SET due_at = $due_at; COMMIT");
	return;
}

# A worker gets all pulls, the one that is to be held up first.
sub give_to_worker
{
	my ($pull, $crash_point) = @_;

	$watch->value("ALTER DATABASE postgres SET crash.point = '$crash_point'");
	set_due("now() - CASE pull WHEN 'local.$pull' THEN interval '1 day' ELSE '0' END"
		  . ($point{$crash_point}{any} ? ', fingerprint = NULL' : ''));
	$watch->value("SELECT pendo.schedule(NULL, '1 hour')");
	return;
}

sub take_from_worker
{
	$watch->value('ALTER DATABASE postgres RESET crash.point');
	$watch->value('SELECT pendo.unschedule(); SELECT pendo._wake()');
	return wait_until('the worker leaves', sub { !pull_workers($node) });
}

# Wait until the victim is at the point: its process, 0 if it never comes there.
sub reach
{
	my ($name, $session) = @_;
	my $point = $point{$name};
	my $who = $session ? 'pid = ' . $session->backend : "backend_type = 'pendo_fdw @{[$point->{survey} ? 'survey' : 'pull']}'";
	my $where = $point->{fault} || $point->{any} ? '' : "AND wait_event_type = 'Lock'";
	my $pid;

	return 0 if $point->{fault} && !wait_until($name, sub { $pendo->fired('crash') });
	for (1 .. 10)
	{
		wait_until($name, sub { $pid = $watch->value("SELECT pid FROM pg_stat_activity WHERE $who AND $at_work $where") }) or return 0;
		return $pid unless $point->{any};
		sleep rand 0.25;
		return $pid if grep { $_ == $pid } running();

		# It was faster.
		give_to_worker($point->{pull}, $name) unless $session;
	}
	return $pid;
}

# --- kills ------------------------------------------------------------------------

my %takes_server = map { $_ => 1 } qw(process postmaster launcher);
my %ends_victim = (%takes_server, ended => 1, client => 1);

# Kill, and put right what was killed.  False if something does not end that must.
sub strike
{
	my ($what, $pid, $session) = @_;
	my @old = $takes_server{$what} ? children($node->{_pid}) : ();
	my $launcher = $what =~ /launcher/ ? launcher_pid($node) : 0;

	kill('KILL', $pid) or return 0 if $what eq 'process';
	kill 'KILL', $launcher if $what eq 'launcher';
	kill 'KILL', $session->{pid} if $what eq 'client';
	$node->kill9 if $what eq 'postmaster';
	restart_stand_in() if $what eq 'stand-in';
	$watch->value("SELECT pg_terminate_backend($pid)") if $what eq 'ended';
	$watch->value("SELECT pg_terminate_backend($launcher)") if $what eq 'launcher ended';

	return wait_until('who was told to end ends', sub { !-d "/proc/$pid" }) if $what eq 'ended';
	return 1 unless $takes_server{$what};
	wait_until('all of the server\'s processes end', sub { !grep { -d "/proc/$_" } @old }) or return 0;
	$node->start if $what eq 'postmaster';
	wait_for_server();
	return 1;
}

# Let all go on.  A network that was cut may come back late: the stand-in's
# connections end with the fault that held them up.
sub let_go
{
	my ($what, $holder) = @_;

	if ($what eq 'network' && rand() < 0.7)
	{
		$pendo->set_faults({ id => 'down', fault => 'status', args => { code => 503 }, times => 1 + int rand 4 });
	}
	else
	{
		$pendo->clear_faults;
	}
	$watch->value('SELECT pg_advisory_unlock_all()');
	$holder->quit;
	return;
}

# What is wrong with how the sessions ended, '' if nothing.
sub endings
{
	my ($what, $victim, @others) = @_;

	foreach my $session (grep { defined } $victim, @others)
	{
		my $is_victim = defined $victim && $session == $victim;
		my ($state, $error) = $session->outcome($patience) or return 'a session does not end';
		next if $takes_server{$what} && $state eq '57P01' || $state eq '00000' && $error !~ /WARNING/;
		next if $is_victim && $ends_victim{$what} && $state eq '57P01';
		next if $what =~ /^(stand-in|network)$/ && $state eq '00000';
		return ($is_victim ? 'the victim' : 'a bystander') . " ended with $state: $error";
	}
	return '';
}

# Run all pulls to their ends, undisturbed; what went wrong, '' if nothing.  What
# had closed and failed would be tried again after a while, which has passed now.
sub settle
{
	$watch->value(q{UPDATE pendo.ledger SET due_at = now() WHERE state = 'closed' AND failure IS NOT NULL});
	return endings('nothing', undef, map { session($_) } @tables, 'event');
}

# The same, by workers alone, first of all without a word to them: nobody but they
# know that something is left.
sub settle_by_workers
{
	my $left = 'SELECT count(*) FROM pendo.ledger WHERE due_at <= now()';

	wait_until('workers go on by themselves', sub { !$watch->value($left) && !running() }) or return 'they do not go on';
	set_due('now()');
	$watch->value('SELECT pendo._wake()');
	wait_until('workers do what is due', sub { !$watch->value("$left OR attempts > 0 OR failure IS NOT NULL") && !running() })
	  or return 'something is left';
	return take_from_worker() ? '' : 'they do not leave';
}

sub differences
{
	return join "\n", grep { $_ ne '' } map { $truth->difference($pendo, "local.$_") } @tables;
}

# --- a round ----------------------------------------------------------------------

my (%hits, %kinds, $met);

# Hold somebody up, and let others work beside: the victim's process, who holds it up,
# its session, and the other sessions.
sub set_scene
{
	my ($name, $who) = @_;
	my $point = $point{$name};

	$watch->value("SELECT pg_advisory_lock($lock)");
	$pendo->set_faults({ id => 'crash', fault => $point->{fault}, times => 1, args => { seconds => $stall },
			match => { source => $point->{source}, skip => $point->{skip}, $point->{rows} ? (after_rows => $point->{rows}) : () } })
	  if $point->{fault};
	my $holder = LiveSession->new($node);
	my @others = map { session($_) } grep { $_ ne $point->{pull} } @tables;
	$holder->value('BEGIN; LOCK TABLE pendo.pause IN ACCESS EXCLUSIVE MODE') if $point->{survey};
	my $victim = $who eq 'session' ? session($point->{pull}, $name) : give_to_worker($point->{pull}, $name);
	my $pid = reach($name, $victim);

	push @others, session($point->{pull}) unless $point->{any};     # works beside the victim, at other windows
	return ($pid, $holder, $victim, @others);
}

# Runs that have not ended, though nobody ended those who ran them.
sub left_open
{
	my ($since, @gone) = @_;

	return $watch->value("SELECT pull, pid, failure FROM pendo.run
		WHERE ended_at IS NULL AND id > $since AND pid <> ALL ('{" . join(',', @gone) . "}')");
}

sub one_round
{
	my ($number) = @_;
	my ($name, $what, $who) = @{ plan_of_round($number) };
	my $label = "round $number, $what/$who, $name";

	new_data($number);
	my $last_run = $watch->value('SELECT coalesce(max(id), 0) FROM pendo.run');
	my ($pid, $holder, $victim, @others) = set_scene($name, $who);
	return fail("$label: nobody came there") unless $pid;
	my $is_met = grep { $_ == $pid } running();
	my @gone = $takes_server{$what} ? split /\n/, $watch->value('SELECT pid FROM pg_stat_activity') : $ends_victim{$what} ? $pid : ();

	$hits{$name}++ if $is_met;
	$met++ if $is_met;
	$kinds{$name}{"$what/$who"}++;
	strike($what, $pid, $victim) or return fail("$label: who is killed ends");
	let_go($what, $holder);
	wait_until('the others end', sub { !running() }) or return fail("$label: the others end");

	foreach ([ 'all sessions end as they should', sub { endings($what, $victim, @others) } ],
		[ 'ledger, rows and summaries agree right after the kill', sub { $pendo->clear_faults; $truth->disagreement } ],
		[ 'the next runs succeed', $who eq 'session' ? \&settle : \&settle_by_workers ],
		[ 'ledger, rows and summaries agree', sub { $truth->disagreement(settled => 1) } ],
		[ 'the tables are as at Pendo', \&differences ],
		[ 'each run has ended, or its process was', sub { left_open($last_run, @gone) } ])
	{
		my ($check, $find) = @$_;
		my $found = $find->();
		if ($found ne '')
		{
			diag($found);
			return fail("$label: $check");
		}
	}
	return pass($label);
}

# --- before: three sessions share the first load ---------------------------------

$watch = LiveSession->new($node);
# No answer comes before the last of them has begun.
$pendo->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => $patience }, times => -1, match => { source => 'events' } });
my @sessions = map { session($_) } @tables, 'event', 'event';
wait_until('all have begun', sub { $watch->value("SELECT count(*) FROM pg_stat_activity WHERE $at_work AND query LIKE '%local.event%'") == 3 });
$pendo->clear_faults;
is(endings('nothing', undef, @sessions), '', 'first load');
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

# Psql that was about to send something when it was told of the crash.
{
	my ($victim, $session) = map { LiveSession->new($node) } 1 .. 2;

	kill 'STOP', $session->{pid};
	$session->start('SELECT 1');
	strike('process', $victim->backend);
	kill 'CONT', $session->{pid};
	is(($session->outcome($patience))[0], '57P01', 'a session that speaks after its server has gone ends');

	($victim, $session) = map { LiveSession->new($node) } 1 .. 2;
	$session->start('SELECT pg_sleep(1)');
	wait_until('the statement runs', sub { $watch->value(q{SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'}) });
	kill 'STOP', $session->{pid};
	wait_until('the statement ends', sub { !$watch->value(q{SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'}) });
	strike('process', $victim->backend);
	kill 'CONT', $session->{pid};
	is(($session->outcome($patience))[0], '57P01', 'and so does one that hears of it with the success of its statement');
}

# What hits and kills there were.
sub report
{
	my ($seconds) = @_;
	my %sum;

	foreach my $name (all_points())
	{
		$sum{$_} += $kinds{$name}{$_} foreach keys %{ $kinds{$name} };
		print_it(sprintf '%4d hits  %-21s of %s', $hits{$name} // 0, $name,
			join ', ', map { "$kinds{$name}{$_} $_" } grep { $kinds{$name}{$_} } all_kinds());
	}
	print_it(sprintf '%4d kills %-21s', $sum{$_} // 0, $_) foreach all_kinds();
	print_it(sprintf '%d rounds in %.0f s, PULL_CRASH_SEED=%d; %d kills met work under way', $rounds, $seconds, $seed, $met // 0);
	return %sum;
}

my $began = time;
my $number = 0;
$number++ while $number < $rounds && one_round($number);
my %kills = report(time - $began);
if ($number < $rounds)
{
	# The server may be down; and it has been said what is wrong.
	done_testing();
	exit;
}

my $wanted = $rounds >= 3 * all_points() + 5 ? 3 : $rounds >= all_points() ? 1 : 0;
is(join(', ', grep { ($hits{$_} // 0) < $wanted && ($wanted > 1 || !$point{$_}{any}) } all_points()), '',
	"each point was hit $wanted times");
$wanted = $rounds >= 100 ? 3 : 0;
is(join(', ', grep { ($kills{$_} // 0) < $wanted } all_kinds()), '', "each kind of kill was done $wanted times");
cmp_ok($met / $rounds, '>=', 0.8, 'most kills met work under way');
is(join(' ', grep { -d } glob $node->data_dir . '/base/pgsql_tmp/*'), '', 'no folders of temporary files are left');
is(join(' ', glob $node->data_dir . '/base/pgsql_tmp/*'), '', 'no temporary files are left');
is($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE reopened > 0}) > 0, 1, 'windows had settled and were opened again');
my $log = slurp_file($node->logfile);
is(join(' ', grep { $_ != 9 } $log =~ /terminated by signal (\d+)/g), '', 'nobody crashed who was not killed');
unlike($log, qr/PANIC|TRAP|deadlock detected|pulls stopped/, 'and there was no other accident');

done_testing();
