
# Pulls that pg_cron runs, where the library is not preloaded: a job for each owner, by
# pg_cron's own clock, as a client and as a background worker; who may not have one; and
# what stays when pg_cron goes.

use strict;
use warnings;
use PendoTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'pg_cron is not installed' unless -e "$ENV{PKGLIBDIR}/pg_cron.so";

my $pendo = start_stand_in(days => 4, size => 20, events_per_day => 20);
my $roles = 'CREATE ROLE team LOGIN; CREATE ROLE other LOGIN; CREATE ROLE nologin';
# A job's client connects as a test does: by the socket.
my $main = new_node(name => 'main', settings => { 'cron.host' => $PostgreSQL::Test::Cluster::test_pghost });
my $copy = new_node(name => 'copy', extension => 0, settings => { 'cron.use_background_workers' => 'on' });

sub value { return $main->safe_psql('postgres', $_[0]) }
sub as { return value("SET ROLE $_[0]; $_[1]") }

# SQLSTATE, message and hint of what a role is told.
sub told
{
	my ($role, $sql) = @_;
	my ($state, $text) = sqlstate_of($main, "SET ROLE $role; $sql");
	my ($message) = $text =~ /ERROR:  \w+: (.*)/;
	my ($hint) = $text =~ /HINT:  (.*)/;

	return ($state, $message, $hint);
}

connect_live($main, $pendo, tables => ['app', 'page']);
value($roles);
foreach my $role (qw(team other nologin))
{
	value(qq{
		SELECT pendo.grant_access('$role', 'analyst');
		GRANT USAGE ON SCHEMA live TO $role;
		GRANT SELECT ON ALL TABLES IN SCHEMA live TO $role;
		CREATE SCHEMA $role AUTHORIZATION $role;
		SET ROLE $role;
		CREATE TABLE $role.app (LIKE live.app, PRIMARY KEY (id), deleted_at timestamptz);
		SELECT pendo.define_pull('live.app', '$role.app', key_columns => '{id}', every => '5 minutes');});
}
my $job = q{SELECT username, schedule, command, database, active FROM cron.job WHERE jobname = 'pendo_fdw pulls of team'};

# Where it is not installed, or not for this role.
is_deeply([ told('team', 'SELECT pendo.schedule()') ],
	[ '55000', 'nobody is here to run pulls by themselves',
	  'Add pendo_fdw to shared_preload_libraries and restart, or CREATE EXTENSION pg_cron.' ], 'without pg_cron');
as('team', 'SELECT pendo.unschedule()');
is(as('team', 'SELECT is_scheduled FROM pendo.pull'), 'f', 'unscheduled without pg_cron');
value('CREATE EXTENSION pg_cron');
is_deeply([ told('team', "SELECT pendo.schedule(every => '5 minutes')") ],
	[ '42501', 'role "team" may not use pg_cron', 'A superuser can let it: GRANT USAGE ON SCHEMA cron TO team;' ],
	'without rights');
as('team', 'SELECT pendo.unschedule()');
is(as('other', q{SELECT pendo.drop_pull('other.app')}), 't', 'who has no right to pg_cron can do all else');
as('other', q{SELECT pendo.define_pull('live.app', 'other.app', key_columns => '{id}', every => '5 minutes')});
value('GRANT USAGE ON SCHEMA cron TO team, nologin');
is_deeply([ told('nologin', 'SELECT pendo.schedule()') ],
	[ '55000', 'pg_cron cannot run jobs of role "nologin"', 'ALTER ROLE nologin LOGIN;' ], 'who cannot log in');

# More often than every minute.
my @hasty = ('22023', 'pg_cron cannot run pull "team.app" more often than every minute',
	q{SELECT pendo.schedule('team.app', every => '1 minute'); or preload pendo_fdw, whose workers keep to seconds.});
is_deeply([ told('team', "SELECT pendo.schedule('team.app', every => '10 seconds')") ], \@hasty, 'an interval of seconds');
is(as('team', 'SELECT is_scheduled, every FROM pendo.pull'), 'f|00:05:00', 'and nothing is changed');
as('team', "UPDATE pendo.pull SET every = '59 seconds'");
is_deeply([ told('team', 'SELECT pendo.schedule()') ], \@hasty, 'one that was defined so');
is(value('SELECT count(*) FROM cron.job'), 0, 'no job until now');

# One job for each owner, however often it is asked for.
is(as('team', "SELECT pendo.schedule('team.app', every => '90 seconds')"),
	'pg_cron runs them, job "pendo_fdw pulls of team"', 'a job');
as('team', 'SELECT pendo.schedule()');
is(value($job), 'team|* * * * *|CALL pendo.run_pull()|postgres|t', 'one, as the role that asked');

# A copy of it all, with the job, runs beside it.
my $dump = work_folder() . '/tmp/pg_cron.sql';
$main->command_ok([ 'pg_dump', '-d', 'postgres', '-f', $dump ], 'dump');
$copy->safe_psql('postgres', $roles);
$copy->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', $dump ], 'restore with pg_cron');
is($copy->safe_psql('postgres', $job), value($job), 'the job has come along');

# pg_cron can be in one database alone; in others all but its jobs can be restored.
value('CREATE DATABASE elsewhere');
$main->psql('elsewhere', "\\i $dump", on_error_stop => 0);
is($main->safe_psql('elsewhere', 'SELECT count(*) FROM pendo.pull'), 3, 'restored where pg_cron cannot be');
is((sqlstate_of($main, 'SET ROLE team; SELECT pendo.schedule()', database => 'elsewhere'))[0], '55000', 'nobody runs pulls there');
is($main->safe_psql('elsewhere', q{SET ROLE team; SELECT pendo.unschedule(); SELECT pendo.drop_pull('team.app')}), "\nt", 'the rest works');

# The clock strikes.
foreach my $node ($main, $copy)
{
	my $name = $node->name;
	my $rows = $node->safe_psql('postgres', 'SELECT count(*) FROM live.app');

	cmp_ok($rows, '>', 0, "$name: there is something to pull");
	ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM cron.job_run_details WHERE status = 'succeeded'"),
		"$name: a job ran")
	  or diag($node->safe_psql('postgres', 'SELECT username, status, return_message FROM cron.job_run_details'));
	is($node->safe_psql('postgres', 'SELECT count(*) FROM team.app'), $rows, "$name: the pull has landed");
	is($node->safe_psql('postgres', 'SELECT owner, pull, failure FROM pendo.run'), 'team|team.app|', "$name: as its owner");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM other.app'), 0, "$name: nobody else's");
	is($node->safe_psql('postgres', 'SELECT due_at > now() FROM pendo.pull_progress WHERE owner = \'team\''), 't', "$name: due again later");
}
$copy->stop;

# The job goes with the last pull that runs by itself.
as('team', q{CREATE TABLE team.page (LIKE live.page, PRIMARY KEY (id), deleted_at timestamptz);
	SELECT pendo.define_pull('live.page', 'team.page', key_columns => '{id}', every => '1 hour')});
as('team', q{SELECT pendo.drop_pull('team.app')});
is(value("SELECT count(*) FROM ($job) j"), 1, 'a pull is left, so the job stays');
as('team', q{SELECT pendo.unschedule('team.page')});
is(value("SELECT count(*) FROM ($job) j"), 0, 'the last is unscheduled, and the job gone');
as('team', q{SELECT pendo.schedule('team.page', every => '1 hour')});
as('team', q{SELECT pendo.unschedule()});
is(value("SELECT count(*) FROM ($job) j"), 0, 'all are unscheduled');
as('team', q{SELECT pendo.schedule('team.page', every => '1 hour')});
as('team', q{SELECT pendo.drop_pull('team.page')});
is(value("SELECT count(*) FROM ($job) j"), 0, 'the last is dropped');
as('team', q{SELECT pendo.define_pull('live.page', 'team.page', key_columns => '{id}', every => '1 hour'); SELECT pendo.schedule()});
value(q{SELECT pendo.drop_pull('team.page')});
is(value("SELECT count(*) FROM ($job) j"), 0, 'by a superuser');

# Without pg_cron again.
as('team', q{SELECT pendo.define_pull('live.page', 'team.page', key_columns => '{id}', every => '1 hour'); SELECT pendo.schedule()});
value('DROP EXTENSION pg_cron');
is((told('team', 'SELECT pendo.schedule()'))[0], '55000', 'pg_cron is dropped');
is(as('team', q{SELECT pendo.unschedule(); SELECT pendo.drop_pull('team.page')}), "\nt", 'and all else works');

$main->stop;
done_testing();
