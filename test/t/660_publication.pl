
# A publication of all tables: pulls go on, and a subscriber has the same rows, be
# partitions published as themselves or as their table.

use strict;
use warnings;
use PendoTest;
use PostgreSQL::Test::Utils;
use TeamModel;
use Test::More;

my $pendo = start_pendo(days => 36);
my $node = new_node(name => 'publisher', init => [ allows_streaming => 'logical' ]);
my $other = new_node(name => 'subscriber', extension => 0,
	settings => { wal_retrieve_retry_interval => '100ms', max_logical_replication_workers => 12 });

sub value { return $node->safe_psql('postgres', $_[0]) }

keep_model($node, $pendo, since => 2);
run_pulls($node, 'postgres');
is(differences($node, 'postgres'), '', 'everything is here');

my $schema = PostgreSQL::Test::Utils::tempdir() . '/schema';
$node->command_ok([ 'pg_dump', '--schema-only', '-f', $schema, 'postgres' ], 'a schema for subscribers');
$other->safe_psql('postgres', 'CREATE ROLE team');
my %by = (leaf => 'false', root => 'true');
foreach my $name (sort keys %by)
{
	value("CREATE PUBLICATION $name FOR ALL TABLES WITH (publish_via_partition_root = $by{$name})");
	$other->safe_psql('postgres', "CREATE DATABASE $name");
	$other->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $schema, '-d', $name ], "$name: has the schema");
}
# By its table a new month has to go somewhere.

# From 16 on rows are applied as the owner of the table that they are for.
foreach my $table (qw(event guide_event))
{
	$other->safe_psql('root', "CREATE TABLE local.$table\_rest PARTITION OF local.$table DEFAULT");
	my $owner = $other->safe_psql('root',
		"SELECT relowner::regrole FROM pg_class WHERE oid = 'local.$table'::regclass");
	$other->safe_psql('root', "ALTER TABLE local.$table\_rest OWNER TO $owner");
}
foreach my $name (sort keys %by)
{
	my $source = quote_literal($node->connstr('postgres'));
	$other->safe_psql($name, "CREATE SUBSCRIPTION $name CONNECTION $source PUBLICATION $name");
	ok($other->poll_query_until($name, "SELECT count(*) > 30 AND bool_and(srsubstate IN ('r', 's')) FROM pg_subscription_rel"), "$name: has begun");
}

# Rows of every table, by their table.
my @tables = split /\n/, value(q{SELECT oid::regclass FROM pg_class WHERE NOT relispartition AND relkind IN ('r', 'p')
	AND (relnamespace = 'local'::regnamespace OR oid::regclass::text ~ '^pendo\.(pull|ledger|run|pause|summary|model|model_object)$')});
my $rows = join ' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM $_ t" } @tables;
cmp_ok(scalar(@tables), '>', 30, 'there is something to compare');

sub is_same
{
	my ($what) = @_;
	my $original = value("SELECT q::text FROM ($rows) q ORDER BY 1");

	foreach my $name (sort keys %by)
	{
		$node->wait_for_catchup($name);
		is($other->safe_psql($name, "SELECT q::text FROM ($rows) q ORDER BY 1"), $original, "$name: $what");
	}
	return;
}

sub done { return value("SELECT sum(inserted) > 0, sum(updated) > 0, sum(deleted) > 0 FROM pendo.run WHERE pull = '$_[0]'") }

is_same('the first rows');

# Rows of windows that change: deleted and inserted.
value('DELETE FROM pendo.run');
$pendo->late(hours_ago => 20, events => 200);
as_team($node, 'postgres', q{
	UPDATE local.feature_event SET num_events = num_events + 1;
	UPDATE pendo.ledger SET due_at = now(), fingerprint = NULL});
run_pulls($node, 'postgres');
is(done('local.feature_event'), 't|f|t', 'windows changed');
like(done('local.event'), qr/^t/, 'and late events came');
is(differences($node, 'postgres'), '', 'everything is here');
is_same('late events');

# Rows by key: updated, inserted, marked.
as_team($node, 'postgres', q{
	UPDATE local.page SET name = 'other' WHERE id = (SELECT max(id) FROM local.page);
	DELETE FROM local.page WHERE id = (SELECT min(id) FROM local.page);
	INSERT INTO local.page (id) VALUES ('gone');
	UPDATE local.visitor SET auto_lastupdated = NULL;
	UPDATE pendo.ledger SET full_at = '2000-01-01' WHERE pull = 'local.visitor'});
run_pulls($node, 'postgres', 'local.page', 'local.visitor');
is(done('local.page'), 't|t|t', 'rows changed, came and vanished');
is(differences($node, 'postgres'), '', 'everything is here');
is_same('rows by key');

# Partitions made later.
run_pulls($node, 'postgres');
foreach my $pull ([ event => 'day' ], [ guide_event => 'browser_time' ])
{
	my ($table, $column) = @$pull;
	my $partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'local.$table'::regclass";
	my $before = value($partitions);

	as_team($node, 'postgres', qq{SELECT pendo.define_pull('live.$table', 'local.$table', time_column => '$column',
		since => (date_trunc('month', (SELECT since FROM pendo.pull WHERE name = 'local.$table'))::date - 1))});
	run_pulls($node, 'postgres', "local.$table");
	is(value($partitions), $before + 1, "a new partition of $table");
	$other->safe_psql('leaf', value(qq{
		SELECT format('CREATE TABLE %s PARTITION OF local.$table %s', c.oid::regclass, pg_get_expr(relpartbound, c.oid))
		  FROM pg_class c JOIN pg_inherits ON inhrelid = c.oid WHERE inhparent = 'local.$table'::regclass
		 ORDER BY c.oid DESC LIMIT 1}));
}
$other->safe_psql('leaf', 'ALTER SUBSCRIPTION leaf REFRESH PUBLICATION');
ok($other->poll_query_until('leaf', "SELECT bool_and(srsubstate IN ('r', 's')) FROM pg_subscription_rel"), 'leaf: has the new partitions');
as_team($node, 'postgres', q{
	UPDATE local.event SET num_events = num_events + 1;
	DELETE FROM local.guide_event WHERE type IS NOT NULL AND browser_time < (SELECT min(browser_time) + interval '12 hours' FROM local.guide_event);
	UPDATE pendo.ledger SET due_at = now(), fingerprint = NULL, state = 'open', closed_at = NULL});
run_pulls($node, 'postgres', 'local.event', 'local.guide_event');
is(differences($node, 'postgres'), '', 'everything is here');
is_same('new partitions');

# What people do.
value(q{SELECT pendo.pause('pendo'), pendo.pause(), pendo.resume('pendo'), pendo.resume()});
as_team($node, 'postgres', q{
	SELECT pendo.drop_pull('local.report');
	UPDATE pendo.pull SET name = 'segments' WHERE name = 'local.segment';
	SELECT pendo.allow_vanished('local.page');
	SELECT pendo.unschedule('local.page')});
is(value("SELECT count(*) FROM pendo.ledger WHERE pull IN ('local.report', 'local.segment', 'segments')"), 1, 'the ledger follows its pulls');
is_same('pauses, definitions and the ledger');

$_->stop foreach $other, $node;
unlike(slurp_file($node->logfile), qr/replica identity/, 'nothing lacked an identity');
unlike(slurp_file($other->logfile), qr/duplicate key|no partition|replica identity/, 'nor anything else');
done_testing();
