
# Background workers when things go wrong: crashes, databases and extensions
# that vanish under them, a standby, a server without room.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use WorkerJobs;

my $node = worker_node(name => 'main', init => [ allows_streaming => 1 ],
	settings => { restart_after_crash => 'on', hot_standby => 'on' });
my $nobody = "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type ~ 'pendo_fdw (survey|pull|delivery)'";

$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN');
play_jobs($node, 'postgres');

sub long_run { my ($there, $database, $role) = @_; return wait_until($there, 'postgres',
	"SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = '$database' AND usename = '$role' AND wait_event = 'PgSleep'", "$role\'s long run in $database") }
sub is_off_board { my ($there, $database) = @_; return wait_until($there, 'postgres',
	"SELECT count(*) = 0 FROM pendo.worker WHERE database IS NULL OR database = '$database'", "$database is not on the board") }

# The launcher is ended: another comes, and finds the workers of the first.
{
	my $first = launcher_pid($node);

	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 hour', action => 'SELECT pg_sleep(20)');
	long_run($node, 'postgres', 'alice');
	kill 'TERM', $first;
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw launcher' AND pid <> $first", 'a launcher that is ended comes back');
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '1 hour');
	wait_for_run($node, 'postgres', owner => 'bob', runs => 1, what => 'and starts workers');
	is(scalar(pull_workers($node, 'alice')), 1, 'the one that was there is left alone');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 1, what => 'until it has done its work');
	wait_until($node, 'postgres', $nobody, 'and leaves');
	is(board($node, 'state, failures', 'alice'), 'waiting|0', 'as it should');
}

# A worker that is killed takes the server down; both come back.
{
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 second');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 2);
	my ($pid) = pull_workers($node, 'alice');
	my $first = launcher_pid($node);

	kill 'KILL', $pid;
	$node->wait_for_log(qr/all server processes terminated; reinitializing/);
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw launcher' AND pid <> $first", 'after a crash the launcher is there');
	wait_until($node, 'postgres', "SELECT count(*) >= 2 FROM public.ran WHERE owner = 'alice' AND pid <> $pid", 'and what is due runs');
}

# A server that is killed leaves nobody behind.
{
	my ($pid) = pull_workers($node, 'alice');
	my $launcher = launcher_pid($node);
	my $until = time + 30;

	$node->kill9;
	sleep 0.1 while time < $until && (-d "/proc/$pid" || -d "/proc/$launcher");
	ok(!-d "/proc/$pid", 'a worker does not outlive its server');
	ok(!-d "/proc/$launcher", 'nor does a launcher');
	$node->start;
	$node->safe_psql('postgres', 'DELETE FROM public.ran');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 2, what => 'started again, it goes on by itself');
	$node->safe_psql('postgres', 'DELETE FROM public.job; SELECT pendo._wake()');
	wait_until($node, 'postgres', $nobody, 'to the end');
}

# DROP DATABASE, with nobody in it, after a pause, and by force.
{
	my $offset = -s $node->logfile;

	play_jobs($node, 'gone');
	add_job($node, 'gone', owner => 'alice', due => '1 hour', every => '1 hour');
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pendo.worker WHERE database = 'gone'", 'a database waits');
	$node->safe_psql('postgres', 'DROP DATABASE gone');
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pendo.worker WHERE database = 'gone'", 'dropped before it was due');

	play_jobs($node, 'gone');
	add_job($node, 'gone', owner => $_, due => '0', every => '1 second') foreach qw(alice bob);
	wait_for_run($node, 'gone', owner => $_, runs => 1) foreach qw(alice bob);
	set_settings($node, 'pendo_fdw.paused' => 'on');
	my $began = time;
	is(sqlstate_of($node, 'DROP DATABASE gone'), '00000', 'paused, it can be dropped');
	cmp_ok(time - $began, '<', 60, 'within a minute');
	set_settings($node, 'pendo_fdw.paused' => 'off');

	play_jobs($node, 'gone');
	add_job($node, 'gone', owner => 'alice', due => '0', every => '1 second');
	add_job($node, 'gone', owner => 'bob', due => '0', every => '1 hour', action => 'SELECT pg_sleep(1000)');
	wait_for_run($node, 'gone', owner => 'alice', runs => 1);
	long_run($node, 'gone', 'bob');
	is(sqlstate_of($node, 'DROP DATABASE gone WITH (FORCE)'), '00000', 'and by force under its workers');
	is_off_board($node, 'gone');
	unlike(log_from($node, $offset), qr/does not exist|pulls stopped/, 'nobody went where nothing is');
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '1 hour');
	wait_for_run($node, 'postgres', owner => 'bob', runs => 1, what => 'other databases go on');

	# One that is closed is let be.
	play_jobs($node, 'closed');
	add_job($node, 'closed', owner => 'alice', due => '3 seconds', every => '1 hour');
	wait_until($node, 'postgres', "SELECT count(*) = 1 FROM pendo.worker WHERE database = 'closed'", 'a database waits');
	$node->safe_psql('postgres', 'ALTER DATABASE closed ALLOW_CONNECTIONS false');
	is_off_board($node, 'closed');
	$node->reload;
	sleep 1;
	unlike(log_from($node, $offset), qr/not currently accepting/, 'nobody knocks at a closed database');
}

# DROP EXTENSION, under an idle worker, and in the midst of its work.
{
	my $offset = -s $node->logfile;

	play_jobs($node, 'bare');
	add_job($node, 'bare', owner => 'alice', due => '0', every => '3 seconds');
	add_job($node, 'bare', owner => 'bob', due => '0', every => '1 hour',
		action => 'DO $$ BEGIN PERFORM pg_sleep(4); PERFORM pendo._may_go_on(); END $$');
	wait_for_run($node, 'bare', owner => 'alice', runs => 1);
	long_run($node, 'bare', 'bob');
	is(sqlstate_of($node, 'DROP EXTENSION pendo_fdw', database => 'bare'), '00000', 'the extension is dropped under workers');
	is_off_board($node, 'bare');
	wait_until($node, 'postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'bare'", 'they leave');
	unlike(log_from($node, $offset), qr/pulls stopped|FATAL/, 'quietly');

	# Made anew, it works anew; one without pulls, or of another age, is no matter.
	$node->safe_psql('bare', 'CREATE EXTENSION pendo_fdw; SELECT pendo._wake()');
	$node->safe_psql('bare', 'DROP TABLE public.job, public.ran; DROP PROCEDURE public.run_jobs(text)');
	play_jobs($node, 'again');
	$node->safe_psql('bare', 'ALTER EXTENSION pendo_fdw DROP FUNCTION pendo._due_owner()');
	$node->safe_psql('bare', q{CREATE TABLE public.trap (x int);
		CREATE OR REPLACE FUNCTION pendo._due_owner() RETURNS TABLE (owner name, task text, due_at timestamptz) LANGUAGE plpgsql
		AS 'BEGIN INSERT INTO public.trap VALUES (1); RETURN; END'; SELECT pendo._wake()});
	add_job($node, 'again', owner => 'alice', due => '0', every => '1 hour');
	wait_for_run($node, 'again', owner => 'alice', runs => 1, what => 'another database goes on');
	wait_until($node, 'postgres', $nobody, 'all is done');
	is($node->safe_psql('bare', 'SELECT count(*) FROM public.trap'), 0, 'a function that is not a member is not called');
	unlike(log_from($node, $offset), qr/could not see/, 'and no matter');
	$node->safe_psql('postgres', 'DROP DATABASE again');
}

# A survey that fails is logged once, and done again.
{
	my $offset = -s $node->logfile;

	play_jobs($node, 'locked');
	wait_until($node, 'postgres', $nobody, 'nobody is at work');
	$node->safe_psql('locked', 'ALTER TABLE public.job RENAME TO hidden; SELECT pendo._wake()');
	$node->wait_for_log(qr/could not see what is due: relation "public.job" does not exist/, $offset);
	$node->safe_psql('locked', "ALTER TABLE public.hidden RENAME TO job; INSERT INTO public.job VALUES ('alice', now(), '1 hour')");
	wait_for_run($node, 'locked', owner => 'alice', runs => 1, what => 'a survey that failed is done again by itself');
	is(() = log_from($node, $offset) =~ /could not see/g, 1, 'and was logged once');
	wait_until($node, 'postgres', $nobody, 'nobody is at work');
	$node->safe_psql('postgres', 'DROP DATABASE locked');
}

# A standby has no workers; promoted, it has.
{
	add_job($node, 'postgres', owner => 'alice', due => '0', every => '1 second');
	wait_for_run($node, 'postgres', owner => 'alice', runs => 1);
	add_job($node, 'postgres', task => 'deliver', owner => 'bob', due => '0', every => '1 second');
	wait_for_run($node, 'postgres', task => 'deliver', owner => 'bob', runs => 1);
	$node->backup('copy');
	my $standby = PostgreSQL::Test::Cluster->new('standby');
	$standby->init_from_backup($node, 'copy', has_streaming => 1);
	$standby->start;
	$node->wait_for_catchup($standby);
	is($standby->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ 'pendo_fdw'"), 0, 'a standby has no workers');
	is($standby->safe_psql('postgres', 'SELECT count(*) FROM pendo.worker'), 0, 'and an empty board');
	$node->stop('fast');
	$standby->promote;
	wait_until($standby, 'postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pendo_fdw launcher'", 'promoted, it has a launcher');
	my $runs = $standby->safe_psql('postgres', "SELECT count(*) FROM public.ran WHERE owner = 'alice'");
	wait_for_run($standby, 'postgres', owner => 'alice', runs => $runs + 2, what => 'and what is due runs');
	my $deliveries = $standby->safe_psql('postgres', "SELECT count(*) FROM public.ran WHERE owner = 'bob' AND task = 'deliver'");
	wait_for_run($standby, 'postgres', task => 'deliver', owner => 'bob', runs => $deliveries + 2, what => 'deliveries too');
	unlike(slurp_file($standby->logfile), qr/PANIC|TRAP|in a read-only transaction|terminated by signal/, 'without an accident');
	$standby->stop('fast');
}

# A server that is stopped amidst work stops at once.
{
	$node->start;
	add_job($node, 'postgres', owner => 'bob', due => '0', every => '1 hour', action => 'SELECT pg_sleep(1000)');
	long_run($node, 'postgres', 'bob');
	my $began = time;
	$node->stop('fast');
	cmp_ok(time - $began, '<', 20, 'a fast shutdown waits for nobody');
	my @crashes = slurp_file($node->logfile) =~ /terminated by signal (\d+)/g;
	is_deeply(\@crashes, [9], 'one process was killed, by this test');
	unlike(slurp_file($node->logfile), qr/PANIC|TRAP|leak/, 'and there was no other accident');
}

# No room for workers: said once, and tried again.
{
	# pg_cron, where it is installed, is preloaded and has a worker of its own.
	my $others = () = slurp_file($ENV{TEMP_CONFIG}) =~ /^shared_preload_libraries = '.*pg_cron/m;
	my $full = worker_node(name => 'full', settings => { max_worker_processes => 1 + $others,
		max_logical_replication_workers => 0, max_parallel_workers => 0 });

	$full->safe_psql('postgres', 'CREATE ROLE alice LOGIN');
	play_jobs($full, 'postgres');
	add_job($full, 'postgres', owner => 'alice', due => '0', every => '1 hour');
	$full->wait_for_log(qr/could not start background worker "pendo_fdw survey of database \d+"/);
	sleep 5;
	my $log = slurp_file($full->logfile);
	is(() = $log =~ /could not start background worker/g, 1, 'no room: that is said once');
	like($log, qr/HINT:  Raise "max_worker_processes"/, 'with a hint');
	like(launcher_pid($full), qr/^\d+$/, 'the launcher is still there');
	$full->adjust_conf('postgresql.conf', 'max_worker_processes', 8 + $others);
	$full->restart;
	wait_for_run($full, 'postgres', owner => 'alice', runs => 1, what => 'with room, it runs');
	$full->stop;
}

done_testing();
