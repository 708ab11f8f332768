
# Workers that deliver: beside those that pull, awake within moments of a COMMIT,
# and no wake is lost.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use WorkerJobs;

my $node = worker_node(settings => { max_prepared_transactions => 2, restart_after_crash => 'on' });
my $version = $node->safe_psql('postgres', 'SHOW server_version_num');

sub value { my ($sql) = @_; return $node->safe_psql('postgres', "SELECT $sql") }
sub eventually { my ($condition, $what) = @_; return wait_until($node, 'postgres', "SELECT $condition", $what) }
sub long_run { my ($role, $type) = @_; return eventually("count(*) = 1 FROM pg_stat_activity WHERE backend_type = '$type' AND usename = '$role' AND wait_event = 'PgSleep'", "$role\'s long run as $type") }
sub no_jobs { $node->safe_psql('postgres', 'DELETE FROM public.job; SELECT pendo._wake()'); return }

# All workers leave; whatever they had is forgotten.
sub all_leave
{
	no_jobs();
	set_settings($node, 'pendo_fdw.paused' => 'on');
	eventually("count(*) = 0 FROM pg_stat_activity WHERE backend_type ~ 'pendo_fdw (survey|pull|delivery)'", 'all leave');
	set_settings($node, 'pendo_fdw.paused' => 'off');
	eventually("count(*) = 0 FROM pendo.worker", 'the board is empty');
	return;
}

$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE carol LOGIN');
play_jobs($node, 'postgres');

# Items, for what needs more than jobs: the stand-in for a delivery writes down when it began.
$node->safe_psql('postgres', q{
	CREATE TABLE public.item (owner name, sent_at timestamptz, begun_at timestamptz, pid int);
	CREATE INDEX ON public.item (owner) WHERE begun_at IS NULL;
	GRANT ALL ON public.item TO PUBLIC;
	CREATE OR REPLACE FUNCTION pendo._due_delivery() RETURNS TABLE (owner name, due_at timestamptz)
	LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
		SELECT owner, min(due_at) FROM (
			SELECT owner, due_at FROM public.job WHERE task = 'deliver'
			UNION ALL SELECT owner, sent_at FROM public.item WHERE begun_at IS NULL) d
		GROUP BY owner $$;
	CREATE OR REPLACE FUNCTION pendo._due_owner() RETURNS TABLE (owner name, task text, due_at timestamptz)
	LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
		SELECT owner, task, min(due_at) FROM public.job WHERE task = 'pull' GROUP BY owner, task
		UNION ALL SELECT owner, 'deliver', due_at FROM pendo._due_delivery() $$;
	CREATE OR REPLACE PROCEDURE pendo.run_delivery() LANGUAGE plpgsql AS $$
	DECLARE
		began timestamptz := clock_timestamp();
	BEGIN
		UPDATE public.item SET begun_at = began, pid = pg_backend_pid()
			WHERE owner = current_user AND begun_at IS NULL;
		COMMIT;
		CALL public.run_jobs('deliver');
	END $$;
	CREATE PROCEDURE public.send(whose name, items int, pause float) LANGUAGE plpgsql AS $$
	BEGIN
		FOR i IN 1..items LOOP
			INSERT INTO public.item VALUES (whose, clock_timestamp());
			PERFORM pendo._wake_delivery(whose);
			COMMIT;
			PERFORM pg_sleep(pause * random());
			COMMIT;
		END LOOP;
	END $$;});

# Beside a pull of the same role that takes long.
{
	add_job($node, 'postgres', owner => 'alice', due => '0', action => 'SELECT pg_sleep(1000)');
	long_run('alice', 'pendo_fdw pull');
	add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0');
	wait_for_run($node, 'postgres', task => 'deliver', owner => 'alice', runs => 1, what => 'a delivery does not wait for a pull of the same role');
	is(value("application || ', ' || backend FROM public.ran WHERE task = 'deliver'"), 'pendo_fdw delivery, pendo_fdw delivery', 'under its name');
	is(scalar(pull_workers($node, 'alice')), 1, 'the pull goes on');
	is(value("string_agg(task || ' ' || state, ', ' ORDER BY task) FROM pendo.worker WHERE role = 'alice'"), 'deliver running, pull running', 'the board shows both');
	is(board($node, "due_at", 'alice', task => 'deliver'), 'infinity', 'nothing more is due');
	my ($pid) = delivery_workers($node, 'alice');
	add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0');
	wait_for_run($node, 'postgres', task => 'deliver', owner => 'alice', runs => 1, what => 'it stays for more');
	is(value("pid FROM public.ran WHERE task = 'deliver'"), $pid, 'and is the same');
	is(value("count(DISTINCT pid) FROM pg_stat_activity WHERE backend_type = 'pendo_fdw delivery'"), 1, 'one worker a task and role');
	no_jobs();
	eventually("count(pg_cancel_backend(pid)) = 0 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw pull'", 'the pull is ended');
	all_leave();
}

# A wake counts if it is committed.
{
	my $session = LiveSession->new($node);
	my $survey = "SELECT pendo._wake_delivery('alice')";

	$session->value("BEGIN; $survey");
	is(($session->run("PREPARE TRANSACTION 'x'"))[0], '0A000', 'a wake cannot be prepared');
	$session->value("INSERT INTO public.item VALUES ('alice', now())");
	$session->value("BEGIN; $survey; ROLLBACK");
	$session->value("BEGIN; SELECT pendo._wake_delivery('nobody'); COMMIT");
	sleep 1;
	is(value('count(*) FROM pendo.worker'), 0, 'no wake, no worker');
	$session->value("BEGIN; $survey");
	is(value('count(*) FROM pendo.worker'), 0, 'nothing before COMMIT');
	$session->value('COMMIT');
	eventually('count(*) = 0 FROM public.item WHERE begun_at IS NULL', 'but after');
	$node->safe_psql('postgres', 'DELETE FROM public.item');
	all_leave();
}

# How soon: with a worker that waits, and with none.
{
	my $percentile = sub { return value("round((1000 * extract(epoch FROM percentile_cont($_[0]) WITHIN GROUP (ORDER BY begun_at - sent_at)))::numeric, 2) FROM public.item") };
	my @cold;

	foreach (1 .. 5)
	{
		$node->safe_psql('postgres', "CALL public.send('alice', 1, 0)");
		eventually('count(*) = 0 FROM public.item WHERE begun_at IS NULL', 'an item without a worker');
		push @cold, $percentile->(0.5);
		$node->safe_psql('postgres', 'DELETE FROM public.item');
		all_leave();
	}
	$node->safe_psql('postgres', "CALL public.send('alice', 1, 0)");
	eventually('count(*) = 0 FROM public.item WHERE begun_at IS NULL', 'an item brings a worker');
	$node->safe_psql('postgres', "DELETE FROM public.item; CALL public.send('alice', 200, 0.04)");
	eventually('count(*) = 0 FROM public.item WHERE begun_at IS NULL', '200 items');
	is(value('count(DISTINCT pid) FROM public.item'), 1, 'by one worker');
	note("COMMIT to CALL, ms: worker waits p50 ", $percentile->(0.5), ', p99 ', $percentile->(0.99), '; no worker ', join(' ', @cold));
	cmp_ok($percentile->(0.5), '<', 20, 'within moments');
	$node->safe_psql('postgres', 'DELETE FROM public.item');
}

# A pause reaches all workers at once: those that wait, by their latches, and those that run.
{
	my $asked = "SELECT string_agg(backend_type || state_change, ' ' ORDER BY backend_type) FROM pg_stat_activity WHERE backend_type IN ('pendo_fdw pull', 'pendo_fdw delivery')";

	add_job($node, 'postgres', owner => 'alice', due => '40 seconds');
	eventually("count(*) = 2 FROM pendo.worker WHERE role = 'alice' AND (state = 'running' OR task = 'pull')", 'a worker waits');
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '40 seconds');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 1);
	eventually("count(*) = 2 FROM pg_stat_activity WHERE backend_type ~ 'pendo_fdw (pull|delivery)' AND state = 'idle'", 'two workers wait');
	sleep 0.3;
	my $before = $node->safe_psql('postgres', $asked);
	$node->safe_psql('postgres', 'SELECT pendo.pause()');
	my $until = time + 1;
	sleep 0.02 while time < $until && grep { index($node->safe_psql('postgres', $asked), $_) >= 0 } $before =~ /(pendo_fdw \w+\S+ \S+)/g;
	ok(time < $until, 'pendo.pause() has both look again within a second');
	$node->safe_psql('postgres', 'SELECT pendo.resume()');

	my $workers = value("current_setting('pendo_fdw.max_workers')");
	foreach my $case ([ 'pendo_fdw.paused', 'on', 'off' ], [ 'pendo_fdw.max_workers', 0, $workers ])
	{
		my ($setting, $off, $on) = @$case;
		my $offset = -s $node->logfile;
		add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0', action => 'until told');
		add_job($node, 'postgres', owner => 'alice', due => '0', action => 'until told');
		long_run('alice', 'pendo_fdw delivery');
		long_run('alice', 'pendo_fdw pull');
		$node->safe_psql('postgres', "ALTER SYSTEM SET $setting = $off");
		my $began = time;
		$node->reload;
		sleep 0.05 while time < $began + 10 && (pull_workers($node) || delivery_workers($node));
		cmp_ok(time - $began, '<', 1.5, "$setting = $off ends both within a second");
		unlike(log_from($node, $offset), qr/(pulls|deliveries) stopped/, 'and nothing else did');
		set_settings($node, $setting => $on);
		no_jobs();
	}
}

# Errors: said in its own words, and what comes meanwhile is not forgotten.
{
	my $offset = -s $node->logfile;

	add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0', every => '1 hour', action => 'SELECT 1 / 0');
	eventually("failures >= 2 FROM pendo.worker WHERE role = 'alice' AND task = 'deliver'", 'it fails again and again');
	is(() = log_from($node, $offset) =~ /WARNING:  deliveries stopped: division by zero/g, 1, 'and is logged once');
	like(log_from($node, $offset), qr/CONTEXT:.*pendo_fdw delivery for role "alice" in database "postgres"/s, 'and whose');
	$node->safe_psql('postgres', "DELETE FROM public.job; CALL public.send('alice', 1, 0)");
	eventually("count(*) = 0 FROM public.item WHERE begun_at IS NULL", 'an item that comes then waits for the next try');
	eventually("failures = 0 FROM pendo.worker WHERE role = 'alice' AND task = 'deliver'", 'and the failures are forgotten');

	# Ended amidst its wait.
	my ($pid) = delivery_workers($node, 'alice');
	value("pg_terminate_backend($pid)");
	eventually("count(*) = 0 FROM pg_stat_activity WHERE pid = $pid", 'a worker is terminated');
	$node->safe_psql('postgres', "DELETE FROM public.item; CALL public.send('alice', 1, 0)");
	eventually("count(*) = 0 FROM public.item WHERE begun_at IS NULL", 'another comes');
}

# Roles that may not log in.
if ($version < 170000)
{
	my $offset = -s $node->logfile;

	$node->safe_psql('postgres', "CREATE ROLE nologin NOLOGIN; CALL public.send('nologin', 1, 0)");
	$node->wait_for_log(qr/WARNING:  deliveries of role "nologin" do not run/, $offset);
	$node->safe_psql('postgres', "ALTER ROLE nologin LOGIN; SELECT pendo._wake()");
	eventually("count(*) = 0 FROM public.item WHERE begun_at IS NULL", 'mended, they run');
}

# Places: neither takes the last from the other.
{
	all_leave();
	set_settings($node, 'pendo_fdw.max_workers' => 2);
	add_job($node, 'postgres', owner => $_, due => '0', every => '1 hour', action => 'SELECT pg_sleep(1000)') foreach qw(alice bob);
	eventually("count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw pull' AND wait_event = 'PgSleep'", 'two places, two pulls: one waits');
	$node->safe_psql('postgres', "CALL public.send('carol', 1, 0)");
	eventually("count(*) = 0 FROM public.item WHERE begun_at IS NULL", 'a delivery does not');
	is(scalar(pull_workers($node)), 1, 'nor does the pull take its place');
	add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0', action => 'until told');
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw delivery' AND usename = 'alice'", 'one that is idle makes room for another');
	$node->safe_psql('postgres', "DELETE FROM public.item; CALL public.send('carol', 1, 0)");
	my $began = time;
	eventually("count(*) = 0 FROM public.item WHERE begun_at IS NULL", 'so does one that is not');
	cmp_ok(time - $began, '<', 10, 'after its turn');
	no_jobs();
	eventually("count(pg_cancel_backend(pid)) = 0 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw pull'", 'they are ended');
}

# Nothing is lost by a worker that leaves and comes back all the time.
{
	$node->safe_psql('postgres', 'DELETE FROM public.item');
	set_settings($node, 'pendo_fdw.max_workers' => 1);
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '20 milliseconds');
	my @sessions = map { LiveSession->new($node) } 1 .. 3;
	$_->start("CALL public.send('alice', 167, 0.08)") foreach @sessions;
	$_->finish foreach @sessions;
	is(value('count(*) FROM public.item'), 501, '501 items, a COMMIT each');
	my $began = time;
	eventually("count(*) = 0 FROM public.item WHERE begun_at IS NULL", 'all of them are served');
	cmp_ok(time - $began, '<', 30, 'without another wake');
	my $workers = value('count(DISTINCT pid) FROM public.item');
	cmp_ok($workers, '>', 2, 'by workers that came and went');
	note("$workers workers; longest wait ", value('max(begun_at - sent_at) FROM public.item'));
	cmp_ok(value("count(*) FROM public.ran WHERE owner = 'bob'"), '>', 2, 'while a pull had its turns');
	set_settings($node, 'pendo_fdw.max_workers' => 3);
	no_jobs();
}

# Items for which there is nothing to do yet: a survey now and then, and no more.
{
	all_leave();
	$node->safe_psql('postgres', "ALTER TABLE public.item RENAME COLUMN owner TO whose; ALTER TABLE public.item ADD owner name");
	my $turns = sub { my ($n) = slurp_file('/proc/' . launcher_pid($node) . '/status') =~ /^voluntary_ctxt_switches:\s+(\d+)/m; return $n };
	my $before = $turns->();
	$node->safe_psql('postgres', q{DO $$ BEGIN FOR i IN 1..5000 LOOP PERFORM pendo._wake_delivery('alice'); COMMIT; PERFORM pg_sleep(0.0002); END LOOP; END $$});
	cmp_ok($turns->() - $before, '<', 200, 'the launcher sleeps through most of 5000 wakes in vain');
	$node->safe_psql('postgres', "ALTER TABLE public.item DROP COLUMN owner; ALTER TABLE public.item RENAME COLUMN whose TO owner");
}

# A worker that is killed takes the server down; both come back.
{
	$node->safe_psql('postgres', "DELETE FROM public.item; CALL public.send('alice', 1, 0)");
	eventually('count(*) = 0 FROM public.item WHERE begun_at IS NULL', 'a worker is there');
	my ($pid) = delivery_workers($node, 'alice');

	add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0', action =>
		"DO \$\$ BEGIN IF pg_backend_pid() = $pid THEN PERFORM pg_sleep(1000); END IF; END \$\$");
	long_run('alice', 'pendo_fdw delivery');
	$node->safe_psql('postgres', "CALL public.send('alice', 1, 0)");
	kill 'KILL', $pid;
	$node->wait_for_log(qr/all server processes terminated; reinitializing/);
	wait_for_run($node, 'postgres', task => 'deliver', owner => 'alice', runs => 1, what => 'after a crash what was under way runs');
	eventually('count(*) = 0 FROM public.item WHERE begun_at IS NULL', 'and what had come');
}

# DROP DATABASE, under a worker that waits for more.
{
	foreach my $force ('', ' WITH (FORCE)')
	{
		play_jobs($node, 'gone');
		add_job($node, 'gone', task => 'deliver', owner => 'alice', due => '0');
		wait_for_run($node, 'gone', task => 'deliver', owner => 'alice', runs => 1);
		set_settings($node, 'pendo_fdw.paused' => 'on') if !$force;
		is(sqlstate_of($node, "DROP DATABASE gone$force"), '00000', $force ? 'a database is dropped by force' : 'paused, it can be dropped');
		set_settings($node, 'pendo_fdw.paused' => 'off') if !$force;
		eventually("count(*) = 0 FROM pendo.worker WHERE database IS NULL OR database = 'gone'", 'it is not on the board');
	}
}

# DROP EXTENSION, under one.
{
	play_jobs($node, 'bare');
	add_job($node, 'bare', task => 'deliver', owner => 'alice', due => '0');
	wait_for_run($node, 'bare', task => 'deliver', owner => 'alice', runs => 1);
	is(sqlstate_of($node, 'DROP EXTENSION pendo_fdw', database => 'bare'), '00000', 'the extension is dropped under a worker');
	$node->reload;
	eventually("count(*) = 0 FROM pg_stat_activity WHERE datname = 'bare'", 'which leaves');
	eventually("count(*) = 0 FROM pendo.worker WHERE database = 'bare'", 'and is not on the board');
}

$node->stop('fast');
my @crashes = slurp_file($node->logfile) =~ /terminated by signal (\d+)/g;
is_deeply(\@crashes, [9], 'one process was killed, by this test');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|could not start background|is not valid|leak/, 'the log shows no other accident');

# Without preload there is nobody to wake.
{
	my $plain = new_node(name => 'plain');

	is(sqlstate_of($plain, q{SELECT pendo._wake_delivery('postgres')}), '00000', 'a wake is no matter');
	is(sqlstate_of($plain, 'CALL pendo.run_delivery()'), '00000', 'a delivery runs in the foreground');
	$plain->stop;
}

done_testing();
