
# WorkerJobs: background workers whose work a test decides, for 7xx_worker*.pl.
#
#   my $node = worker_node();
#   play_jobs($node, 'postgres');    # pendo.run_pull() and pendo.run_delivery() run rows of public.job
#   add_job($node, 'postgres', owner => 'alice', due => '3 seconds', every => '1 hour', action => '...');
#   wait_for_run($node, 'postgres', owner => 'alice', runs => 1);
#   add_job($node, 'postgres', task => 'deliver', owner => 'alice', due => '0');
#   add_job($node, 'postgres', owner => 'alice', due => '0', action => 'until told');   # to end
#
# Only what says when something is due, and what runs then, is replaced; all
# that lies between is the real thing.

package WorkerJobs;

use strict;
use warnings;
use Exporter 'import';
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(worker_node play_jobs add_job wait_for_run wait_until board
  set_settings pull_workers delivery_workers launcher_pid log_from);

# Options are those of new_node.
sub worker_node
{
	my (%options) = @_;

	return new_node(preload => 1, %options);
}

# A database of its own, unless it is there, with jobs instead of pulls.
sub play_jobs
{
	my ($node, $database) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database") if $database ne 'postgres';
	$node->safe_psql($database, q{
		SET client_min_messages = warning;
		CREATE EXTENSION IF NOT EXISTS pendo_fdw;
		CREATE TABLE public.job (owner name, due_at timestamptz, every interval, action text, task text DEFAULT 'pull');
		CREATE TABLE public.ran (owner name, pid int, at timestamptz, application text, backend text, task text);
		GRANT ALL ON public.job, public.ran TO PUBLIC;
		GRANT USAGE ON SCHEMA pendo TO PUBLIC;
		CREATE OR REPLACE FUNCTION pendo._due_owner() RETURNS TABLE (owner name, task text, due_at timestamptz)
		LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
			'SELECT owner, task, min(due_at) FROM public.job GROUP BY owner, task';
		CREATE OR REPLACE FUNCTION pendo._due_pull() RETURNS TABLE (pull text, owner name, due_at timestamptz)
		LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
			'SELECT NULL, owner, due_at FROM public.job WHERE task = ''pull'' AND owner = current_user';
		CREATE OR REPLACE FUNCTION pendo._due_delivery() RETURNS TABLE (owner name, due_at timestamptz)
		LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
			'SELECT owner, min(due_at) FROM public.job WHERE task = ''deliver'' GROUP BY owner';
		CREATE PROCEDURE public.until_told() LANGUAGE plpgsql AS $$
		BEGIN
			WHILE pendo._may_go_on() LOOP
				PERFORM pg_sleep(0.05);
				COMMIT;
			END LOOP;
		END $$;
		CREATE PROCEDURE public.run_jobs(of_task text) LANGUAGE plpgsql AS $$
		DECLARE
			j public.job;
		BEGIN
			FOR j IN SELECT * FROM public.job WHERE owner = current_user AND task = of_task AND due_at <= now() LOOP
				COMMIT;
				IF j.action = 'until told' THEN
					CALL public.until_told();	-- what EXECUTE runs cannot COMMIT
				ELSE
					EXECUTE coalesce(j.action, 'SELECT');
				END IF;
				INSERT INTO public.ran SELECT current_user, pid, clock_timestamp(), application_name, backend_type, of_task
					FROM pg_stat_activity WHERE pid = pg_backend_pid();
				IF j.every IS NULL THEN
					DELETE FROM public.job WHERE owner = current_user AND task = of_task AND due_at = j.due_at;
				ELSE
					UPDATE public.job SET due_at = now() + every
						WHERE owner = current_user AND task = of_task AND due_at = j.due_at;
				END IF;
				COMMIT;
			END LOOP;
		END $$;
		CREATE OR REPLACE PROCEDURE pendo.run_pull(name text DEFAULT NULL) LANGUAGE plpgsql AS $$
		BEGIN
			CALL public.run_jobs('pull');
		END $$;
		CREATE OR REPLACE PROCEDURE pendo.run_delivery() LANGUAGE plpgsql AS $$
		BEGIN
			CALL public.run_jobs('deliver');
		END $$;
		GRANT EXECUTE ON PROCEDURE public.until_told(), public.run_jobs(text), pendo.run_pull(text), pendo.run_delivery() TO PUBLIC;
		GRANT EXECUTE ON FUNCTION pendo._due_owner(), pendo._due_pull(), pendo._due_delivery(),
			pendo._wake(), pendo._wake_delivery(name), pendo._may_go_on() TO PUBLIC;});
	return;
}

# Replace a role's job of a task (pull) and wake the workers.  Without "every" it
# is done once.
sub add_job
{
	my ($node, $database, %job) = @_;
	my $due = defined $job{due} ? 'now() + ' . quote_literal($job{due}) : 'NULL';
	my ($owner, $every, $action, $task) =
	  map { defined $_ ? quote_literal($_) : 'NULL' } (@job{qw(owner every action)}, $job{task} // 'pull');
	my $wake = $task eq "'pull'" ? 'pendo._wake()' : "pendo._wake_delivery($owner)";

	$node->safe_psql($database, "DELETE FROM public.job WHERE owner = $owner AND task = $task;"
		  . " DELETE FROM public.ran WHERE owner = $owner AND task = $task;"
		  . " INSERT INTO public.job VALUES ($owner, $due, $every, $action, $task); SELECT $wake");
	return;
}

sub wait_until
{
	my ($node, $database, $condition, $what) = @_;

	return ok($node->poll_query_until($database, "SELECT ($condition)"), $what);
}

sub wait_for_run
{
	my ($node, $database, %run) = @_;

	return wait_until($node, $database, "SELECT count(*) >= $run{runs} FROM public.ran WHERE owner = '$run{owner}' AND task = '"
		  . ($run{task} // 'pull') . "'",
		$run{what} // "$run{owner} has run $run{runs} times");
}

# A role's entry: column values, or '' if there is none.
sub board
{
	my ($node, $columns, $role, %where) = @_;
	my ($database, $task) = ($where{database} // 'postgres', $where{task} // 'pull');

	return $node->safe_psql('postgres',
		"SELECT $columns FROM pendo.worker WHERE role = '$role' AND database = '$database' AND task = '$task'");
}

# Change settings for all, and wait until the launcher has seen them.
sub set_settings
{
	my ($node, %settings) = @_;

	$node->safe_psql('postgres', "ALTER SYSTEM SET $_ = " . quote_literal($settings{$_})) foreach sort keys %settings;
	$node->reload;
	foreach my $name (sort keys %settings)
	{
		$node->poll_query_until('postgres', "SELECT current_setting('$name') = " . quote_literal($settings{$name}));
	}
	return;
}

# Process ids of the workers that run pulls, or deliveries, of a role or of all.
sub pull_workers { return workers('pendo_fdw pull', @_) }
sub delivery_workers { return workers('pendo_fdw delivery', @_) }

sub workers
{
	my ($type, $node, $role) = @_;
	my $whose = defined $role ? "AND usename = '$role'" : '';

	return split /\n/, $node->safe_psql('postgres',
		"SELECT pid FROM pg_stat_activity WHERE backend_type = '$type' $whose");
}

sub launcher_pid
{
	my ($node) = @_;

	return $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pendo_fdw launcher'");
}

# The server's log from a place on.
sub log_from
{
	my ($node, $offset) = @_;

	return substr slurp_file($node->logfile), $offset;
}

1;
