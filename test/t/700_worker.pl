
# Background workers: what is due runs as its owner, at its time, and nothing
# else does.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use WorkerJobs;

my $node = worker_node(settings => { max_prepared_transactions => 2 });
my $version = $node->safe_psql('postgres', 'SHOW server_version_num');

sub value { my ($sql) = @_; return $node->safe_psql('postgres', "SELECT $sql") }
sub is_gone { my ($role) = @_; return wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw pull' AND usename = '$role'", "$role\'s worker has left") }

# The launcher.
like(launcher_pid($node), qr/^\d+$/, 'a launcher runs');
is(value("datid IS NULL FROM pg_stat_activity WHERE backend_type = 'pendo_fdw launcher'"), 't', 'in no database');

# A real pull, of a file.
$node->safe_psql('postgres', q{
	CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE carol LOGIN;
	CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
	CREATE SCHEMA mine AUTHORIZATION alice;
	CREATE FOREIGN TABLE mine.live (id int, name text) SERVER files
		OPTIONS (program 'printf "1,one\n2,two\n"', format 'csv');
	GRANT SELECT ON mine.live TO alice;
	GRANT USAGE ON SCHEMA pendo TO alice;
	GRANT ALL ON ALL TABLES IN SCHEMA pendo TO alice; GRANT ALL ON ALL SEQUENCES IN SCHEMA pendo TO alice;
	GRANT EXECUTE ON ALL ROUTINES IN SCHEMA pendo TO alice;
	SET ROLE alice;
	CREATE TABLE mine.local (id int PRIMARY KEY, name text, deleted_at timestamptz);
	CREATE TABLE mine.seen (who name, application text, backend text);
	CREATE FUNCTION mine.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		INSERT INTO mine.seen SELECT session_user, application_name, backend_type
			FROM pg_stat_activity WHERE pid = pg_backend_pid();
		RETURN NULL; END $$;
	CREATE TRIGGER look AFTER INSERT ON mine.local FOR EACH STATEMENT EXECUTE FUNCTION mine.look();
	SELECT pendo.define_pull('mine.live', 'mine.local', key_columns => '{id}', every => '1 hour');});
wait_until($node, 'postgres', 'SELECT count(*) = 2 FROM mine.local', 'a new pull runs by itself');
is(value("DISTINCT who || ', ' || application || ', ' || backend FROM mine.seen"),
	'alice, pendo_fdw pull, pendo_fdw pull', 'as its owner, under its name');
is_gone('alice');
is(board($node, "state, due_at BETWEEN now() + '50 min' AND now() + '61 min', pid, failures", 'alice'),
	'waiting|t||0', 'the board knows when the next is due');
$node->safe_psql('postgres', "SET ROLE alice; SELECT pendo.drop_pull('mine.local'); SELECT pendo._wake()");
wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pendo.worker", 'a pull that is dropped is not on the board');

# From here on a pull is what the test says.
play_jobs($node, 'postgres');

# When it is due, neither before nor never.
{
	add_job($node, 'postgres', owner => 'alice', due => '3 seconds', every => '1 hour');
	my $due = value("due_at FROM public.job WHERE owner = 'alice'");
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pendo.worker WHERE role = 'alice'", 'the survey finds it');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 1);
	is(value("at >= '$due' AND at < '$due'::timestamptz + interval '30 s' FROM public.ran WHERE owner = 'alice'"), 't', 'at its time');
	is_gone('alice');
}

# What is due soon again is run by the same worker; a change reaches it there.
{
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 second');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 3);
	is(value("count(DISTINCT pid) FROM public.ran WHERE owner = 'alice'"), 1, 'one worker ran all of them');
	is(board($node, 'state, failures', 'alice'), 'running|0', 'and stays');
	add_job($node, 'postgres', owner => 'alice', due => '40 seconds', every => '1 hour');
	wait_until($node, 'postgres', "SELECT due_at > now() + interval '20 s' FROM pendo.worker WHERE role = 'alice' AND state = 'running'",
		'it waits for what is due within a minute');
	my ($pid) = pull_workers($node);
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 hour');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 1, what => 'a change wakes it');
	is(value("pid FROM public.ran WHERE owner = 'alice'"), $pid, 'and no other');
	is_gone('alice');
	add_job($node, 'postgres', owner => 'alice', due => '40 seconds', every => '1 hour');
	wait_until($node, 'postgres', "SELECT due_at > now() + interval '20 s' FROM pendo.worker WHERE role = 'alice'", 'a new time');
	$node->safe_psql('postgres', "DELETE FROM public.job; SELECT pendo._wake()");
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pendo.worker", 'and none');
}

# A wake counts if it is committed.
{
	my $session = LiveSession->new($node);

	$session->value('BEGIN; SELECT pendo._wake()');
	is(($session->run("PREPARE TRANSACTION 'x'"))[0], '0A000', 'a wake cannot be prepared');
	$session->value("BEGIN; INSERT INTO public.job VALUES ('bob', now(), '1 hour'); SELECT pendo._wake()");
	is(value('count(*) FROM pendo.worker'), 0, 'nothing is due before COMMIT');
	$session->value('COMMIT');
	wait_for_run($node, 'postgres', owner => 'bob', runs => 1, what => 'but after');
	is_gone('bob');
}

# Nothing to do: nobody stirs.
{
	my $switches = sub { my ($n) = slurp_file("/proc/$_[0]/status") =~ /^voluntary_ctxt_switches:\s+(\d+)/m; return $n };
	my $pid = launcher_pid($node);
	$node->safe_psql('postgres', "DELETE FROM public.job; SELECT pendo._wake()");
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pendo.worker", 'the board is empty');
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type ~ 'pendo_fdw (survey|pull|delivery)'", 'nobody is at work');
	sleep 0.5;
	my $before = $switches->($pid);
	sleep 3;
	is($switches->($pid), $before, 'an idle launcher sleeps');
}

# Errors: logged once, tried again ever later, others go on.
{
	my $offset = -s $node->logfile;

	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 hour', action => 'SELECT 1 / 0');
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '1 second');
	wait_until($node, 'postgres', "SELECT failures >= 3 FROM pendo.worker WHERE role = 'alice'", 'it fails again and again');
	my @lines = log_from($node, $offset) =~ /^.*pulls stopped.*$/mg;
	is(scalar(@lines), 1, 'and is logged once');
	like($lines[0], qr/WARNING:  pulls stopped: division by zero/, 'in its words');
	like(log_from($node, $offset), qr/CONTEXT:.*pendo_fdw pull for role "alice" in database "postgres"/s, 'and whose');
	unlike(log_from($node, $offset), qr/exited with exit code|ERROR/, 'and nothing else');
	like(board($node, "retry_at > due_at, state IN ('waiting', 'starting', 'running', 'failed')", 'alice'), qr/^t\|t$/, 'it waits for the next try');
	cmp_ok(value("count(*) FROM public.ran WHERE owner = 'bob'"), '>', 2, 'others go on');
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 hour', action => "SELECT nosuch");
	wait_until($node, 'postgres', "SELECT failures >= 4 FROM pendo.worker WHERE role = 'alice'", 'it fails otherwise');
	is(() = log_from($node, $offset) =~ /pulls stopped: column "nosuch" does not exist/g, 1, 'which is logged');
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 hour');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 1, what => 'mended, it runs');
	wait_until($node, 'postgres', "SELECT failures = 0 FROM pendo.worker WHERE role = 'alice'", 'and the failures are forgotten');

	# A cancel is an error like others.
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 hour', action => 'SELECT pg_sleep(100)');
	wait_until($node, 'postgres', "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'alice' AND wait_event = 'PgSleep'", 'a worker is cancelled');
	wait_until($node, 'postgres', "SELECT failures = 1 FROM pendo.worker WHERE role = 'alice'", 'that is a failure');
	# So is its end by an administrator.
	wait_until($node, 'postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'alice' AND wait_event = 'PgSleep'", 'the next is terminated');
	wait_until($node, 'postgres', "SELECT failures = 2 FROM pendo.worker WHERE role = 'alice'", 'that too');
	$node->safe_psql('postgres', "DELETE FROM public.job; SELECT pendo._wake()");
}

# Roles that may not log in.
{
	my $offset = -s $node->logfile;

	$node->safe_psql('postgres', 'CREATE ROLE nologin NOLOGIN');
	add_job($node, 'postgres', owner => 'nologin', due => '0', every => '1 hour');
	if ($version < 170000)
	{
		wait_until($node, 'postgres', "SELECT failures >= 2 FROM pendo.worker WHERE role = 'nologin'", 'a worker cannot be a role without LOGIN');
		is(() = log_from($node, $offset) =~ /WARNING:  pulls of role "nologin" do not run/g, 1, 'that is said once');
		unlike(log_from($node, $offset), qr/FATAL/, 'and not tried');
		$node->safe_psql('postgres', 'ALTER ROLE nologin LOGIN; SELECT pendo._wake()');
	}
	wait_for_run($node, 'postgres', owner => 'nologin', runs => 1);
	unlike(log_from($node, $offset), qr/FATAL/, 'without a hitch');

	$offset = -s $node->logfile;
	$node->safe_psql('postgres', 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC');
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '1 hour');
	$node->wait_for_log(qr/WARNING:  pulls of role "bob" in database "postgres" do not run/, $offset);
	is(board($node, 'state', 'bob'), '', 'one without CONNECT is not on the board');
	$node->safe_psql('postgres', 'GRANT CONNECT ON DATABASE postgres TO PUBLIC');
	$node->reload;
	wait_for_run($node, 'postgres', owner => 'bob', runs => 1, what => 'a reload surveys all');
	unlike(log_from($node, $offset), qr/FATAL/, 'nobody tried in vain');
}

# A database or a role that has sessions begin as somebody else: workers do not.
{
	play_jobs($node, 'guarded');
	$node->safe_psql('postgres', 'ALTER DATABASE guarded SET role = bob; GRANT bob TO alice; ALTER ROLE alice SET role = bob');
	$node->safe_psql('guarded', q{RESET ROLE; INSERT INTO public.job VALUES ('alice', now(), '1 hour'); SELECT pendo._wake()});
	wait_for_run($node, 'guarded', owner => 'alice', runs => 1, what => 'a worker is its owner and nobody else');
	$node->safe_psql('postgres', 'ALTER ROLE alice RESET role; REVOKE bob FROM alice');
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'guarded'", 'and leaves');
	$node->safe_psql('postgres', 'DROP DATABASE guarded');
}

# Roles that are dropped.
{
	my $offset = -s $node->logfile;

	add_job($node, 'postgres', owner => 'carol', due => '4 seconds', every => '1 hour');
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pendo.worker WHERE role = 'carol'", 'a role waits');
	$node->safe_psql('postgres', 'DROP ROLE carol');
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '1 second');
	wait_for_run($node, 'postgres', owner => 'bob', runs => 6);
	is(value("count(*) FROM pendo.worker w LEFT JOIN pg_roles r ON r.rolname = w.role WHERE r.oid IS NULL"), 0, 'dropped, its entry is gone');

	# Under its worker.
	$node->safe_psql('postgres', 'CREATE ROLE carol LOGIN');
	add_job($node, 'postgres', owner => 'carol', due => '0', every => '1 second');
	wait_for_run($node, 'postgres', owner => 'carol', runs => 1);
	$node->safe_psql('postgres', 'DROP ROLE carol');
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pendo.worker w LEFT JOIN pg_roles r ON r.rolname = w.role WHERE r.oid IS NULL", 'under a worker as well');
	unlike(log_from($node, $offset), qr/FATAL|pulls stopped/, 'quietly');
	$node->safe_psql('postgres', "DELETE FROM public.job; SELECT pendo._wake()");
}

# How many at a time.
{
	$node->safe_psql('postgres', 'CREATE ROLE carol LOGIN');
	set_settings($node, 'pendo_fdw.max_workers' => 0);
	add_job($node, 'postgres', owner => $_, due => '0', every => '1 second') foreach qw(alice bob carol);
	sleep 2;
	is(value("count(*) FROM public.ran WHERE owner IN ('alice', 'bob', 'carol')"), 0, 'max_workers = 0: nothing runs');
	is(value("count(*) FROM pg_stat_activity WHERE backend_type IN ('pendo_fdw pull', 'pendo_fdw survey')"), 0, 'nobody is there');
	set_settings($node, 'pendo_fdw.max_workers' => 1);
	foreach my $role (qw(alice bob carol))
	{
		wait_for_run($node, 'postgres', owner => $role, runs => 3, what => "one place, three roles: $role has its turn");
	}
	cmp_ok(scalar(pull_workers($node)), '<=', 1, 'one at a time');
	set_settings($node, 'pendo_fdw.max_workers' => 8);
	wait_until($node, 'postgres', "SELECT count(*) = 3 FROM pendo.worker WHERE state = 'running'", 'room for all');
}

# A pause: workers leave, none comes.
{
	my $offset = -s $node->logfile;

	add_job($node, 'postgres', owner => 'carol', due => '0', every => '1 hour', action => 'until told');
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'carol' AND wait_event = 'PgSleep'", 'a long run');
	is(value("state || ', ' || query FROM pg_stat_activity WHERE usename = 'carol'"), 'active, CALL pendo.run_pull()', 'shown by what it runs');
	my $began = time;
	set_settings($node, 'pendo_fdw.paused' => 'on');
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type ~ 'pendo_fdw (survey|pull|delivery)'", 'paused: all leave');
	cmp_ok(time - $began, '<', 20, 'soon');
	unlike(log_from($node, $offset), qr/pulls stopped/, 'the long run by itself');
	is(value("pendo._may_go_on()"), 'f', 'the foreground knows it too');
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 second');
	sleep 2;
	is(value("count(*) FROM public.ran WHERE owner = 'alice'"), 0, 'nothing runs');
	set_settings($node, 'pendo_fdw.paused' => 'off');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 2, what => 'then it goes on');
}

# What operators and others may see.
is(sqlstate_of($node, 'SET ROLE bob; SELECT * FROM pendo.worker'), '42501', 'the board is not for everybody');
$node->safe_psql('postgres', "DELETE FROM public.job; SELECT pendo._wake()");
$node->stop('fast');
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC|TRAP|could not start background|is not valid|leak/, 'the log shows no accident');

# Without preload all this is missing, and says so.
{
	my $plain = new_node(name => 'plain');
	my ($state, $error) = sqlstate_of($plain, 'SELECT * FROM pendo.worker');

	is($state, '55000', 'no board without preload');
	like($error, qr/HINT:.*shared_preload_libraries/, 'with a hint');
	is(sqlstate_of($plain, 'BEGIN; SELECT pendo._wake(); COMMIT'), '00000', 'a wake is nothing');
	is($plain->safe_psql('postgres', 'SELECT pendo._may_go_on()'), 't', 'the foreground goes on');
	$plain->stop;
}

done_testing();
