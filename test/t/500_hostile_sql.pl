
# What any user may type must end in rows or in an error, and never in wrong rows.

use strict;
use warnings;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $pendo = start_stand_in(size => 'small', now => '2024-06-15T12:00:00Z', frozen => 1, seed => 1);
my $node = new_node();
connect_live($node, $pendo, server => { requests_per_second => 1000, request_burst => 100 });

sub error_of
{
	my ($sql) = @_;
	my ($status, $output, $error) = $node->psql('postgres', $sql);

	return $error;
}

# The same query with pushdown on and off; $prepare declares parameters.
sub same_count
{
	my ($name, $query, $expected) = @_;
	my @counts = map { $node->safe_psql('postgres', "SET pendo_fdw.enable_pushdown = $_; $query") }
	  qw(on off);

	is_deeply(\@counts, [ $expected, $expected ], $name);
	return;
}

# Arguments that are not there, or lead elsewhere.
like(error_of("SELECT pendo._probe($_)"), qr/must not be null/, "_probe($_)")
  foreach "NULL, 'GET', '/', NULL, false", "'pendo', NULL, '/', NULL, false",
  "'pendo', 'GET', NULL, NULL, false";
like(error_of("SELECT pendo._probe($_)"), qr/begins with a slash/, "_probe($_)")
  foreach "'pendo', 'GET', '.example.com/', NULL, false", "'pendo', 'GET /x', '/', NULL, false";
like(error_of('SELECT pendo.check(NULL)'), qr/ERROR/, 'check(NULL)');
is($node->safe_psql('postgres', 'SELECT count(*) > 0 FROM pendo._offered_column(NULL, NULL)'), 't',
	'_offered_column(NULL, NULL)');

# Types that compare otherwise than the one beneath.
$node->safe_psql('postgres', q{
	CREATE FOREIGN TABLE one (
		visitor_id text,
		cut timestamptz(0) OPTIONS (field 'metadata.auto.firstvisit'),
		short varchar(200) OPTIONS (field 'visitorId'),
		number integer OPTIONS (field 'metadata.agent.logincount')
	) SERVER pendo OPTIONS (object 'visitor', on_bad_value 'null')});
my ($id) = grep { /^visitor-\d+$/ }
  split /\n/, $node->safe_psql('postgres', 'SELECT visitor_id FROM one');
same_count('a parameter as bpchar', qq{
	SET plan_cache_mode = force_generic_plan;
	PREPARE p (text) AS SELECT count(*) FROM one WHERE visitor_id::bpchar = \$1::text::bpchar;
	EXECUTE p ('$id   ')}, 1);
unlike($node->safe_psql('postgres', qq{
	SET plan_cache_mode = force_generic_plan;
	PREPARE p (int) AS SELECT 1 FROM one WHERE number::oid > \$1::oid;
	EXPLAIN EXECUTE p (5)}), qr/logincount >/, 'an oid is not sent as an integer');
foreach my $condition ("short = '$id'", "cut > '2024-01-01'")
{
	unlike($node->safe_psql('postgres', "EXPLAIN SELECT 1 FROM one WHERE $condition"),
		qr/"filter"/, "$condition: a column that cuts its values");
}

# Too much to send is checked here, and found out soon.
my $many = join ' OR ', map { "visitor_id = 'v$_'" } 1 .. 20_000;
my $deep = "visitor_id = 'a'";
$deep = "($deep) " . ($_ % 2 ? 'OR' : 'AND') . " visitor_id <> 'b$_'" foreach 1 .. 500;
is($node->safe_psql('postgres', "SET statement_timeout = '5s'; SELECT count(*) FROM one WHERE $many OR visitor_id = '$id'"),
	1, 'twenty thousand values');
same_count('conditions within conditions', "SELECT count(*) > 0 FROM one WHERE $deep", 't');

# History before history_start is read when it is asked for.
my $early = q{SELECT count(*) FROM live.event WHERE day BETWEEN '2024-04-20' AND '2024-04-30'};
my $count = $node->safe_psql('postgres', $early);
cmp_ok($count, '>', 0, 'there are events before history_start');
same_count('before history_start', $early, $count);

# Strings in messages and in json.
like(error_of(q{ALTER FOREIGN TABLE one OPTIONS (SET on_bad_value 'error'); SELECT count(number) FROM one}),
	qr/The remote value is "/, 'a string that is no number is shown as one');
$node->safe_psql('postgres', q{
	CREATE FOREIGN TABLE texts (a json OPTIONS (field 'visitorId'), b text OPTIONS (field 'visitorId'))
	SERVER pendo OPTIONS (object 'visitor')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM texts WHERE a #>> '{}' IS DISTINCT FROM b}),
	0, 'strings in a json column');

# Scans that are set back, and plans that outlive what they were made for.
like($node->safe_psql('postgres', qq{
	CREATE TABLE here AS SELECT '$id'::text AS id;
	SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
	EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)
	SELECT (SELECT count(*) FROM here LEFT JOIN one ON one.visitor_id = here.id || left(g::text, 0))
	FROM generate_series(1, 3) g}), qr/Requests: /, 'EXPLAIN ANALYZE of a scan that was set back');
is($node->safe_psql('postgres', q{
	DO $$
	DECLARE n int := 0;
	BEGIN
		FOR i IN 1 .. 50 LOOP
			BEGIN
				PERFORM number FROM one;
			EXCEPTION WHEN fdw_invalid_data_type THEN
				n := n + 1;
			END;
		END LOOP;
		ASSERT n = 50;
	END $$;
	SELECT count(*) FROM pg_backend_memory_contexts WHERE name LIKE 'pend%'}), 0,
	'scans that fail are gone, however often');

# What is only explained is not refused, nor what a query has left out.
$node->safe_psql('postgres', q{
	CREATE SERVER young FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC');
	CREATE USER MAPPING FOR PUBLIC SERVER young OPTIONS (integration_key 'x');
	CREATE FOREIGN TABLE young (day date) SERVER young OPTIONS (object 'event')});
like($node->safe_psql('postgres', 'EXPLAIN SELECT FROM young'), qr/Time Range: missing/,
	'EXPLAIN without a time range');
is($node->safe_psql('postgres', q{
	LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0;
	SELECT CASE WHEN now() < '2000-01-01' THEN (SELECT count(*) FROM young) END IS NULL}), 't',
	'auto_explain of what never ran');

# Answers that are not Pendo's.
$pendo->add_fault(id => 'login', match => {}, fault => 'status', times => -1,
	args => { code => 200, body => '<html>log in</html>', content_type => 'text/html' });
is($node->safe_psql('postgres', q{SELECT step, is_ok FROM pendo.check('pendo') WHERE NOT is_ok}),
	'answer|f', 'check() of a login page');
like(error_of('SELECT visitor_id FROM one'), qr/not valid JSON/, 'and a scan of it');
$pendo->clear_faults;
$node->safe_psql('postgres', q{ALTER SERVER pendo OPTIONS (ADD max_row '4kB')});
$pendo->add_fault(id => 'long', match => {}, fault => 'status', times => -1,
	args => { code => 200, body => '{"results":[{"c0":"' . 'x' x 100_000 . '"}]}', content_type => 'application/json' });
like(error_of(q{SET statement_timeout = '60s'; SELECT visitor_id FROM one}), qr/row too long/,
	'a row beyond max_row is an error and no endless wait');
$pendo->clear_faults;
$node->safe_psql('postgres', 'ALTER SERVER pendo OPTIONS (DROP max_row)');

# The key is in no line that the server writes by itself.
my $offset = -s $node->logfile;
$node->safe_psql('postgres', q{
	SET log_statement = 'none'; SET log_min_messages = notice;
	DO $$ BEGIN EXECUTE 'CREATE USER MAPPING FOR CURRENT_USER SERVER pendo OPTIONS (integration_key ''planted'')'; END $$});
my $log = slurp_file($node->logfile, $offset);
like($log, qr/holds a secret/, 'the notice on a secret is in the log');
unlike($log, qr/planted/, 'the secret is not');

# Databases in other encodings.
foreach my $encoding (qw(LATIN1 EUC_JP SQL_ASCII))
{
	my $database = lc "in_$encoding";
	my $url = $pendo->url;
	my $key = $pendo->key;

	$node->safe_psql('postgres',
		"CREATE DATABASE $database ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	$node->safe_psql($database, qq{
		SET client_min_messages = warning; SET client_encoding = 'UTF8';
		CREATE EXTENSION pendo_fdw;
		CREATE SERVER pendo FOREIGN DATA WRAPPER pendo_fdw OPTIONS (base_url '$url', time_zone 'UTC');
		CREATE USER MAPPING FOR PUBLIC SERVER pendo OPTIONS (integration_key '$key');
		CREATE FOREIGN TABLE v (visitor_id text) SERVER pendo OPTIONS (object 'visitor')});
	my $wanted = $encoding eq 'EUC_JP' ? "\x{65e5}\x{672c}\x{8a9e}\x{306e}\x{5229}\x{7528}\x{8005}"
	  : "\x{dc}n\x{ef}c\x{f6}d\x{e9}-Gr\x{f6}\x{df}e";
	utf8::encode($wanted);
	is($node->safe_psql($database,
			"SET client_encoding = 'UTF8'; SELECT count(*) FROM v WHERE visitor_id = '$wanted'"),
		1, "$encoding: a condition on text that is not ASCII");
}

# A zone with a day that has two midnights.
$pendo->stop;
$pendo = start_stand_in(size => 'small', now => '2024-11-10T12:00:00Z', frozen => 1, seed => 1,
	time_zone => 'America/Havana');
connect_live($node, $pendo, name => 'havana', schema => 'havana', tables => ['event'],
	server => { history_start => '2024-11-01', requests_per_second => 1000, request_burst => 100 });
same_count('the day of two midnights',
	q{SELECT string_agg(DISTINCT day::text, ' ') FROM havana.event WHERE day BETWEEN '2024-11-02' AND '2024-11-04'},
	'2024-11-02 2024-11-03 2024-11-04');

done_testing();
