
# What a team keeps when what its pulls stand on goes away or gets another name: the
# extension, a server, a role; and databases made from a template.

use strict;
use warnings;
use PendoTest;
use PostgreSQL::Test::Utils;
use TeamModel;
use Test::More;

my $pendo = start_pendo(days => 6);
my $node = new_node(extension => 0);

sub value { return $node->safe_psql($_[0], $_[1]) }

# A template with the extension, and a database of it with a model.
value('postgres', 'CREATE DATABASE prepared IS_TEMPLATE true');
value('prepared', 'CREATE EXTENSION pendo_fdw');
value('postgres', 'CREATE DATABASE model TEMPLATE prepared');
keep_model($node, $pendo, database => 'model', since => 2);
run_pulls($node, 'model');
is(differences($node, 'model'), '', 'a database of a template with the extension');
value('postgres', "CREATE DATABASE $_ TEMPLATE model") foreach qw(extension server name owner);

my @tables = split /\n/, value('model', q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'local'::regnamespace AND relkind IN ('r', 'p')});
my $rows = join ' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM $_ t" } @tables;
my $objects = q{SELECT c.oid::regclass, c.relkind, c.relowner::regrole, c.relacl, pg_get_viewdef(c.oid), obj_description(c.oid)
	FROM pg_class c WHERE relnamespace = 'local'::regnamespace};
my $windows = q{SELECT pull, window_start, window_end, rows FROM pendo.ledger};
sub lines { return value($_[0], "SELECT q::text FROM ($_[1]) q ORDER BY 1") }
my %original = map { $_ => lines('model', $_) } $rows, $objects, $windows;
cmp_ok(() = $original{$objects} =~ /\n/g, '>', 80, 'there is something to keep');

# Another connection, whose pull nothing of this may stop.
sub add_other
{
	my ($database) = @_;

	connect_live($node, $pendo, database => $database, name => 'other', schema => 'other', tables => ['app']);
	value($database, 'GRANT USAGE ON SCHEMA other TO team; GRANT SELECT ON other.app TO team');
	as_team($node, $database, q{
		CREATE TABLE local.other_app (LIKE other.app, PRIMARY KEY (id), deleted_at timestamptz);
		SELECT pendo.define_pull('other.app', 'local.other_app', key_columns => '{id}');
		UPDATE pendo.ledger SET due_at = now()});
	run_pulls($node, $database);
	return value($database, 'SELECT count(*) FROM local.other_app');
}

# What pendo.problem proposes, done.
sub do_what_helps
{
	my ($database, $what) = @_;
	my $statements = value($database, "SELECT DISTINCT next_statement FROM pendo.problem WHERE what ~ '$what'");

	unlike($statements, qr/\n/, "$database: one thing helps");
	value($database, $statements);
	return;
}

# Without the extension.
value('extension', 'SET client_min_messages = warning; DROP EXTENSION pendo_fdw CASCADE');
is(value('extension', q{SELECT to_regnamespace('pendo'), count(*) FROM pg_foreign_table}), '|0', 'no extension, no live tables');
is(lines('extension', $rows), $original{$rows}, 'all rows of the local tables stay');
is(lines('extension', $objects), $original{$objects}, 'all tables, indexes and views stay');
is(value('extension', 'SELECT count(*) > 0 FROM local.account_health'), 't', 'and answer');

# With it again: pulls into the tables that are there.
value('extension', q{
	CREATE EXTENSION pendo_fdw;
	DROP SCHEMA live;
	ALTER SCHEMA local RENAME TO kept;});
keep_model($node, $pendo, database => 'extension', since => 2);
as_team($node, 'extension', q{
	SELECT pendo.drop_pull(name) FROM pendo.pull;
	SELECT pendo.define_pull('live.event', 'kept.event', time_column => 'day', since => (SELECT min(day) FROM kept.event));
	SELECT pendo.define_pull('live.guide_event', 'kept.guide_event', time_column => 'browser_time',
		since => (SELECT min(day) FROM kept.event));
	SELECT pendo.define_pull('live.page', 'kept.page', key_columns => '{id}');});
run_pulls($node, 'extension');
is(value('extension', 'SELECT count(*), sum(inserted + updated + deleted), sum(failed_windows) FROM pendo.run'), '3|0|0',
	'pulls into tables that are there find all rows there');
is(differences($node, 'extension'), '', 'each once');

# Without a server.
cmp_ok(add_other('server'), '>', 0, 'another connection');
value('server', 'SET client_min_messages = warning; DROP SERVER pendo CASCADE');
as_team($node, 'server', 'DELETE FROM local.other_app; UPDATE pendo.ledger SET due_at = now()');
run_pulls($node, 'server');
is(value('server', q{SELECT count(DISTINCT pull) FROM pendo.problem WHERE what ~ '^table live\.\w+ does not exist'}), 21, 'without its server each pull is a problem');
cmp_ok(value('server', 'SELECT count(*) FROM local.other_app'), '>', 0, 'other pulls go on');
is(value('server', q{SELECT count(*) FROM pendo.problem WHERE pull = 'local.other_app'}), 0, 'without a problem');
is(lines('server', "$windows WHERE pull <> 'local.other_app'"), $original{$windows}, 'no window is made in a zone that is not known');
connect_live($node, $pendo, database => 'server', server => { history_start => undef }, mapping => { integration_key => undef, secret_file => 'team' });
value('server', q{
	ALTER FOREIGN TABLE live.visitor OPTIONS (ADD on_bad_value 'null');
	GRANT USAGE ON SCHEMA live TO team; GRANT SELECT ON ALL TABLES IN SCHEMA live TO team});
as_team($node, 'server', 'UPDATE pendo.ledger SET due_at = now()');
run_pulls($node, 'server');
is(value('server', 'SELECT count(*) FROM pendo.problem'), 0, 'with a server of that name all is well');
is(differences($node, 'server'), '', 'and equal');

# A server that gets another name.
cmp_ok(add_other('name'), '>', 0, 'another connection');
value('name', "SELECT pendo.pause('pendo', 'it''s late'); ALTER SERVER pendo RENAME TO renamed");
as_team($node, 'name', 'DELETE FROM local.other_app; UPDATE pendo.ledger SET due_at = now()');
run_pulls($node, 'name');
is(value('name', q{SELECT count(DISTINCT pull) FROM pendo.problem WHERE what = 'its connection, server pendo, does not exist'}), 21, 'without its server\'s name each pull is a problem');
cmp_ok(value('name', 'SELECT count(*) FROM local.other_app'), '>', 0, 'other pulls go on');
is(lines('name', "$windows WHERE pull <> 'local.other_app'"), $original{$windows}, 'no window is made in a zone that is not known');
is(value('name', q{SELECT effect, next_statement FROM pendo.problem WHERE what ~ 'is paused'}),
	q{no connection rests: server pendo does not exist|SELECT pendo.resume('pendo'), pendo.pause('renamed', 'it''s late');}, 'and a pause of the old name is one');
value('name', value('name', q{SELECT next_statement FROM pendo.problem WHERE what ~ 'is paused'}));
is(value('name', 'SELECT connection, reason FROM pendo.pause'), q{renamed|it's late}, 'it has the new name');
value('name', "SELECT pendo.resume('renamed')");
do_what_helps('name', '^its connection');
is(value('name', 'SELECT connection, time_zone FROM local.model_connection'), 'renamed|' . $pendo->time_zone, 'the model says the new name');
as_team($node, 'name', 'UPDATE pendo.ledger SET due_at = now()');
run_pulls($node, 'name');
is(value('name', 'SELECT count(*) FROM pendo.problem'), 0, 'then all is well');
is(lines('name', "$windows WHERE pull <> 'local.other_app'"), $original{$windows}, 'in the same windows');
is(differences($node, 'name'), '', 'and equal');
is(as_team($node, 'name', q{SELECT count(*) FROM pendo.upgrade_model('renamed')}), 0, 'the model is found by the new name');

# A role that is gone.  Roles are shared: it has to go everywhere.
value('owner', q{
	CREATE ROLE heir; SELECT pendo.grant_access('heir', 'analyst');
	GRANT USAGE ON SCHEMA live TO heir; GRANT SELECT ON ALL TABLES IN SCHEMA live TO heir;});
connect_live($node, $pendo, database => 'owner', name => 'other', schema => 'other', tables => ['app']);
value('owner', q{
	GRANT USAGE ON SCHEMA other TO heir; GRANT SELECT ON other.app TO heir; GRANT CREATE ON SCHEMA other TO heir;
	SET ROLE heir;
	CREATE TABLE other.copy (LIKE other.app, PRIMARY KEY (id), deleted_at timestamptz);
	SELECT pendo.define_pull('other.app', 'other.copy', key_columns => '{id}');});
value('postgres', "DROP DATABASE $_") foreach qw(extension server name model);
value('owner', 'REASSIGN OWNED BY team TO heir; DROP OWNED BY team; DROP ROLE team');
value('owner', 'UPDATE pendo.ledger SET due_at = now(); SET ROLE heir; CALL pendo.run_pull()');
cmp_ok(value('owner', 'SELECT count(*) FROM other.copy'), '>', 0, 'pulls of others go on');
is(value('owner', q{SELECT count(*), count(DISTINCT pull) FROM pendo.problem WHERE what = 'its owner, role team, does not exist'}), '21|21', 'without its owner each pull is a problem');
do_what_helps('owner', '^its owner');
value('owner', q{
	DELETE FROM local.event WHERE day = (SELECT max(day) FROM local.event);
	DELETE FROM local.visitor_day;
	UPDATE pendo.ledger SET due_at = now(), fingerprint = NULL, state = 'open', closed_at = NULL;
	SET ROLE heir; SET client_min_messages = warning; CALL pendo.run_pull();});
is(value('owner', 'SELECT count(*) FROM pendo.problem'), 0, 'then all is well');
is(differences($node, 'owner'), '', 'and equal');
is(value('owner', 'SELECT (SELECT sum(events) FROM local.visitor_day) = (SELECT sum(num_events) FROM local.event)'), 't', 'with the summaries');
is(value('owner', q{SET ROLE heir; SELECT count(*) FROM pendo.upgrade_model('pendo')}), 0, 'and the model');

$node->stop;
done_testing();
