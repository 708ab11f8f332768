
# A team's model through pg_dump and back: with its own changes, while a pull runs,
# as a script, an archive and by several jobs; then it goes on.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils;
use TeamModel;
use Test::More;

my $pendo = start_pendo(days => 6);
my $node = new_node();

sub value { return $node->safe_psql($_[0], $_[1]) }

keep_model($node, $pendo, since => 3);
run_pulls($node, 'postgres');
is(differences($node, 'postgres'), '', 'everything is here');
is(as_team($node, 'postgres', q{SELECT object, state FROM pendo.upgrade_model('pendo')}), '', 'a new model is as we make it');

# What a team does with its own.
$node->safe_psql('postgres', q{
	CREATE ROLE reader;
	SELECT pendo.grant_access('reader', 'application');
	INSERT INTO pendo.pause (connection, reason) VALUES ('other', 'its contract ended');
	INSERT INTO pendo.error_class (code, class) VALUES ('OURS', 'retry');});
as_team($node, 'postgres', q{
	ALTER TABLE local.account ADD COLUMN note text, ADD COLUMN name text GENERATED ALWAYS AS (account_id || '!') STORED;
	UPDATE local.account SET note = 'call ' || account_id;
	ALTER TABLE local.event ADD COLUMN seen_at timestamptz DEFAULT '2024-01-01';
	ALTER TABLE local.health_weight ADD COLUMN why text;
	ALTER TABLE local.visitor_day ADD COLUMN note text DEFAULT 'x';
	CREATE INDEX mine ON local.event (visitor_id, day);
	CREATE TABLE local.news (id bigint GENERATED ALWAYS AS IDENTITY, what text);
	CREATE FUNCTION local.tell() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF NOT pendo.is_backfill() THEN INSERT INTO local.news (what) VALUES (TG_OP); END IF;
		RETURN NULL;
	END $$;
	CREATE TRIGGER tell AFTER INSERT OR DELETE ON local.event FOR EACH ROW EXECUTE FUNCTION local.tell();
	CREATE TABLE local.company (id text, name text, domain text);
	INSERT INTO local.company VALUES ('c1', 'One', 'one.example');
	CREATE OR REPLACE VIEW local.crm_account WITH (security_invoker = true) AS
		SELECT 'crm'::name AS connection, c.id, c.name, c.domain, NULL::text AS owner_id, NULL::text AS external_id,
		       false AS is_deleted, '2024-01-01 00:00+00'::timestamptz AS updated_at
		  FROM local.company c;
	COMMENT ON VIEW local.crm_account IS 'our companies';
	COMMENT ON COLUMN local.event.seen_at IS 'when we saw it';
	INSERT INTO local.health_weight (component, weight, why) VALUES ('trend', 3, 'ours');
	INSERT INTO local.churn_threshold (kind, days) VALUES ('silence', 9);
	INSERT INTO local.match_pin (connection, pendo_kind, pendo_id, crm_id, verdict)
		SELECT 'crm', 'account', min(account_id), 'c1', 'pin' FROM local.account;
	SELECT pendo.define_pull('live.event', 'local.event', time_column => 'day', settle => '2 days', every => '3 hours',
		since => (SELECT since FROM pendo.pull WHERE name = 'local.event'));
	UPDATE pendo.pull SET is_paused = true WHERE name = 'local.report';
	GRANT USAGE ON SCHEMA local TO reader;
	GRANT SELECT ON local.account, local.account_health TO reader;
	GRANT SELECT (day, visitor_id) ON local.event TO reader;
	DELETE FROM local.page WHERE id = (SELECT min(id) FROM local.page);
	INSERT INTO local.page (id, name) VALUES ('gone', 'gone');
	CALL pendo.run_pull('local.page');});
is(value('postgres', "SELECT count(*) FROM local.page WHERE deleted_at IS NOT NULL"), 1, 'a row is marked as vanished');

# A pull is under way from before the dump until all is done, in this same server.
$pendo->add_fault(id => 'stall', match => { source => 'pageEvents' }, fault => 'stall_first_byte');
my $running = LiveSession->new($node, user => 'team');
$running->start("CALL pendo.run_pull('local.page_event')");
ok($node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pendo.ledger WHERE lease_pid = " . $running->backend), 'a pull runs');
ok($node->poll_query_until('postgres', "SELECT true", 't'), 'and waits') until $pendo->fired('stall');
$pendo->clear_log;

# Jobs begin with the largest table.  As large as after years: the ledger.
$node->safe_psql('postgres', q{
	INSERT INTO pendo.ledger (pull, window_start, window_end, state, due_at, closed_at, fingerprint)
	SELECT 'local.report', d, d + interval '1 day', 'closed', 'infinity', now(), md5(d::text)
	  FROM generate_series('2010-01-01 00:00Z'::timestamptz, '2020-01-01', '1 day') d});

my $folder = PostgreSQL::Test::Utils::tempdir();
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$folder/archive", 'postgres' ], 'pg_dump -Fc');
$node->command_ok([ 'pg_dump', '-f', "$folder/script", 'postgres' ], 'pg_dump');
like(slurp_file("$folder/script"), qr/CREATE USER MAPPING FOR public SERVER pendo OPTIONS \(\s*secret_file 'team'\s*\)/, 'the dump has the name of the secret');
unlike(slurp_file("$folder/script"), qr/\Q@{[ $pendo->key ]}\E/, 'and not the secret');

my @archive = ('pg_restore', '--exit-on-error', '-d');
my %way = (
	archive => [ [ @archive, 'archive', "$folder/archive" ] ],
	jobs => [ [ @archive, 'jobs', '--jobs=2', "$folder/archive" ] ],
	parts => [ [ @archive, 'parts', '--schema-only', "$folder/archive" ],
		[ @archive, 'parts', '--data-only', '--disable-triggers', "$folder/archive" ] ],
	script => [ [ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$folder/script", '-d', 'script' ] ]);
foreach my $way (sort keys %way)
{
	$node->safe_psql('postgres', "CREATE DATABASE $way TEMPLATE template0");
	$node->command_ok($_, "restored: $way") foreach @{ $way{$way} };
}
is(scalar(my @requests = $pendo->requests), 0, 'neither dump nor restore asks Pendo');

# What there is to compare, a line each.
my $ours = q{c.relnamespace IN ('local'::regnamespace, 'live'::regnamespace, 'pendo'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'f', 'S')};
my %catalog = (
	definitions => qq{SELECT c.oid::regclass, c.relkind, c.relowner::regrole, c.reloptions, c.relreplident, c.relrowsecurity,
			pg_get_expr(c.relpartbound, c.oid), pg_get_viewdef(c.oid) FROM pg_class c WHERE $ours},
	columns => qq{SELECT c.oid::regclass, a.attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid)
			FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
			LEFT JOIN pg_attrdef d ON adrelid = a.attrelid AND adnum = attnum WHERE $ours},
	comments => qq{SELECT c.oid::regclass, d.objsubid, d.description FROM pg_class c JOIN pg_description d ON d.objoid = c.oid WHERE $ours AND objsubid = 0
			UNION ALL SELECT c.oid::regclass, 0, attname || ': ' || d.description FROM pg_class c JOIN pg_description d ON d.objoid = c.oid
			JOIN pg_attribute a ON attrelid = c.oid AND attnum = objsubid WHERE $ours},
	privileges => qq{SELECT c.oid::regclass, a.grantor::regrole, a.grantee::regrole, privilege_type FROM pg_class c, aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a WHERE $ours
			UNION ALL SELECT c.oid::regclass, a.grantor::regrole, a.grantee::regrole, attname || privilege_type
			FROM pg_class c JOIN pg_attribute ON attrelid = c.oid, aclexplode(attacl) a WHERE $ours
			UNION ALL SELECT 0, a.grantor::regrole, a.grantee::regrole, p.oid::regprocedure::text FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
			WHERE pronamespace IN ('local'::regnamespace, 'pendo'::regnamespace)
			UNION ALL SELECT 0, a.grantor::regrole, a.grantee::regrole, nspname || privilege_type FROM pg_namespace n, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a},
	triggers => q{SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal},
	indexes => qq{SELECT pg_get_indexdef(indexrelid), indisprimary, indisvalid FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE $ours},
	servers => q{SELECT srvname, srvoptions, umuser, umoptions FROM pg_foreign_server JOIN pg_user_mapping ON umserver = pg_foreign_server.oid
			UNION ALL SELECT ftrelid::regclass::name, ftoptions, 0, NULL FROM pg_foreign_table});
$catalog{$_} = "TABLE pendo.$_" foreach qw(pull ledger pause summary model model_object);
my @tables = split /\n/, value('postgres', q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'local'::regnamespace AND relkind IN ('r', 'p')});
$catalog{rows} = join ' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM $_ t" } @tables;
cmp_ok(scalar(@tables), '>', 30, 'there is something to compare');

sub catalog
{
	my ($database, $what) = @_;
	return value($database, "SELECT q::text FROM ($catalog{$what}) q ORDER BY 1");
}

foreach my $what (sort keys %catalog)
{
	my $original = catalog('postgres', $what);
	isnt($original, '', "there are $what");
	is(catalog($_, $what), $original, "$_: the same $what") foreach sort keys %way;
}

# It goes on, in each copy, while the original still holds its lease.
foreach my $way (sort keys %way)
{
	is(as_team($node, $way, q{SELECT object, state FROM pendo.upgrade_model('pendo')}), 'crm_account|changed by you',
		"$way: the team's own view is known as such, and no other");
	is(value($way, 'SELECT sum(running_windows) FROM pendo.pull_progress'), 0, "$way: nothing runs here");
	run_pulls($node, $way, 'local.page_event', 'local.event');
	is(value($way, 'SELECT count(*), sum(inserted + updated + deleted) FROM pendo.run WHERE windows > 0'), '2|0', "$way: pulls run, and write nothing");
	$node->safe_psql($way, "DELETE FROM local.event WHERE day = (SELECT max(day) FROM local.event)");
	as_team($node, $way, 'UPDATE pendo.ledger SET due_at = now(), fingerprint = NULL');
	run_pulls($node, $way);
	is(differences($node, $way), '', "$way: after all have run, everything is here");
	is(value($way, q{SELECT count(*) FROM pendo.ledger WHERE lease_pid IS NOT NULL OR attempts > 0}), 0, "$way: no lease is left");
	is(value($way, q{SELECT pendo._error_class('hubspot', NULL, 'OURS', '')}), 'retry', "$way: an error class of their own is known");
	is(value($way, q{SELECT what FROM pendo.problem}), "the pull is paused\nconnection other is paused: its contract ended", "$way: what rests still does");
}
is(value('postgres', 'SELECT count(*) > 0 FROM pendo.ledger WHERE lease_pid = ' . $running->backend), 't', 'the original pull runs all the time');
kill 'INT', $running->backend;
is(($running->finish)[0], '57014', 'until it is cancelled');
run_pulls($node, 'postgres', 'local.page_event');
is(differences($node, 'postgres'), '', 'the original goes on as well');

$node->stop;
done_testing();
