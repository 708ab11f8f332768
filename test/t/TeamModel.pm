
# TeamModel: a model in schema local that belongs to the role team, for the tests
# of its life: 650_dump_restore.pl, 660_publication.pl, 670_drop_extension.pl.
#
#   my $pendo = start_pendo(days => 8);          # its clock stands still, at now
#   keep_model($node, $pendo, since => 5);       # days of events; nothing is pulled yet
#   run_pulls($node, 'postgres', 'local.event'); # as team; without a name all that are due
#   is(differences($node, 'postgres'), '', 'local tables equal live ones');

package TeamModel;

use strict;
use warnings;
use Exporter 'import';
use PendoTest;
use PostgreSQL::Test::Utils;
use POSIX qw(strftime);

our @EXPORT = qw(start_pendo keep_model as_team run_pulls differences);

sub start_pendo
{
	my (%options) = @_;

	return start_stand_in(size => 40, events_per_day => 120, frozen => 1,
		now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime), %options);
}

# Connect with a secret in a file, and let team keep everything.  Nothing runs by itself.
#
#   since   number of days of events    database  (postgres)
sub keep_model
{
	my ($node, $pendo, %options) = @_;
	my $database = $options{database} // 'postgres';

	write_secret('team', $pendo->key);
	connect_live($node, $pendo, database => $database,
		server => { requests_per_second => 10000, request_burst => 1000, max_attempts => 1, retry_delay => '1ms',
			first_byte_timeout => '10min', history_start => strftime('%Y-%m-%d', gmtime(time - 86400 * $options{since})) },
		mapping => { integration_key => undef, secret_file => 'team' });
	$node->safe_psql($database, q{
		SET client_min_messages = warning;
		ALTER FOREIGN TABLE live.visitor OPTIONS (ADD on_bad_value 'null');
		DO $$ BEGIN IF to_regrole('team') IS NULL THEN CREATE ROLE team LOGIN; END IF; END $$;
		SELECT pendo.grant_access('team', 'analyst');
		GRANT USAGE ON FOREIGN SERVER pendo TO team;
		GRANT USAGE ON SCHEMA live TO team;
		GRANT SELECT ON ALL TABLES IN SCHEMA live TO team;
		CREATE SCHEMA local AUTHORIZATION team;});
	as_team($node, $database, q{SELECT pendo.keep_local('pendo')});
	return;
}

sub as_team
{
	my ($node, $database, $sql) = @_;

	return $node->safe_psql($database, "SET client_min_messages = warning; SET ROLE team; $sql");
}

sub run_pulls
{
	my ($node, $database, @names) = @_;

	@names = ('') unless @names;
	return as_team($node, $database, join ' ', map { 'CALL pendo.run_pull(' . ($_ && quote_literal($_)) . ');' } @names);
}

# Rows of the local tables of pulls that are not at the source, and rows of that
# which are not here: a line for each table that has any.  Marked rows are gone.
sub differences
{
	my ($node, $database) = @_;
	my $queries = $node->safe_psql($database, q{
		SELECT format($q$SELECT %1$L || ': ' || count(*) FROM ((%2$s EXCEPT ALL %3$s) UNION ALL (%3$s EXCEPT ALL %2$s)) d
		                 HAVING count(*) > 0$q$, name, here, there)
		  FROM (SELECT p.name,
		               format('SELECT %s FROM %I.%I WHERE %s', c.list, target_schema, target_table,
		                      CASE WHEN key_columns IS NULL THEN 'true' ELSE 'deleted_at IS NULL' END) AS here,
		               format('SELECT %s FROM %I.%I WHERE %s', c.list, source_schema, source_table,
		                      CASE WHEN time_column = 'day' THEN format('day >= %L', since)
		                           WHEN key_columns IS NULL
		                           THEN format('%I >= %L', time_column, since::timestamp AT TIME ZONE pendo._zone(connection))
		                           ELSE 'true' END) AS there
		          FROM pendo.pull p
		         CROSS JOIN LATERAL (SELECT string_agg(format('%I::text', u), ', ') AS list FROM unnest(columns) u) c) q
		 ORDER BY name});

	return join "\n", grep { $_ ne '' } map { $node->safe_psql($database, $_) } split /\n(?=SELECT)/, $queries;
}

1;
