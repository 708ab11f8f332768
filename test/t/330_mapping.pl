
# Whose key is used: a view's owner's, the caller's with security_invoker, that
# of whoever executes a kept plan.  The stand-in's log tells which one came.
# And what a security barrier keeps from a leaky function.

use strict;
use warnings;
use JSON::PP;
use LiveSession;
use PendoTest;
use Test::More;

my $pendo = start_stand_in(days => 5, now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
my %key = (full => $pendo->key, read_only => $pendo->read_only_key, revoked => $pendo->revoked_key);

# The superuser bears the name of whoever runs the tests.
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

connect_live($node, $pendo, user => qq{"$superuser"}, mapping => { integration_key => 'of-nobody-else' }, tables => [],
	server => { requests_per_second => 1000, request_burst => 50, max_attempts => 1 });
$node->safe_psql('postgres', q{
	CREATE FOREIGN TABLE live.segment (id text, name text) SERVER pendo OPTIONS (object 'segment');
	CREATE FOREIGN TABLE live.visitor (visitor_id text, metadata jsonb) SERVER pendo OPTIONS (object 'visitor');
	GRANT USAGE, CREATE ON SCHEMA live TO PUBLIC;
	GRANT SELECT ON ALL TABLES IN SCHEMA live TO PUBLIC;
	GRANT USAGE ON FOREIGN SERVER pendo TO PUBLIC;
	CREATE ROLE nobody LOGIN;} . join "\n", map { qq{
	CREATE ROLE "$_" LOGIN;
	CREATE USER MAPPING FOR "$_" SERVER pendo OPTIONS (integration_key '$key{$_}');} } sort keys %key);
my %session = map { $_ => LiveSession->new($node, user => $_) } sort keys(%key), 'nobody';
$session{superuser} = LiveSession->new($node, user => $superuser);

# Run a statement; which keys did its requests carry?
sub keys_of
{
	my ($session, $sql) = @_;

	$pendo->clear_log;
	my ($state, $output, $error) = $session->run($sql);
	my %seen = map { ($_->{key} // 'none') => 1 } $pendo->log;
	return (join(' ', sort keys %seen), $state, $output, $error);
}

sub is_asked
{
	my ($who, $sql, $expected, $name, $state) = @_;
	my ($keys, $got, undef, $error) = keys_of(ref $who ? $who : $session{$who}, $sql);

	is($keys, $expected, "$name: key");
	is($got, $state // '00000', "$name: outcome") or diag($error);
	return;
}

my $direct = 'SELECT count(*) FROM live.segment';
is_asked(full => $direct, 'full', 'direct');
is_asked(read_only => $direct, 'read_only', 'another role');
is_asked(revoked => $direct, 'revoked', 'a revoked key', '42501');
is_asked(nobody => $direct, '', 'no mapping', '42704');
is_asked(superuser => $direct, 'unknown', 'a superuser has no other key than its own', '42501');

# Views.
$session{full}->value(q{
	CREATE VIEW live.owned AS SELECT * FROM live.segment;
	CREATE VIEW live.invoked WITH (security_invoker) AS SELECT * FROM live.segment;
	CREATE VIEW live.barred WITH (security_barrier) AS SELECT * FROM live.segment;
	CREATE VIEW live.owned_over_invoked AS SELECT * FROM live.invoked;
	CREATE VIEW live.invoked_over_owned WITH (security_invoker) AS SELECT * FROM live.owned;
	CREATE VIEW live.invoked_over_invoked WITH (security_invoker) AS SELECT * FROM live.invoked;
	CREATE FUNCTION live.defined() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM live.segment';
	CREATE FUNCTION live.inlined() RETURNS SETOF live.segment LANGUAGE sql STABLE AS 'SELECT * FROM live.segment';
	CREATE FUNCTION live.planned() RETURNS bigint LANGUAGE plpgsql AS
		'BEGIN RETURN (SELECT count(*) FROM live.segment); END';
	GRANT SELECT ON ALL TABLES IN SCHEMA live TO PUBLIC});
my %view_key = (owned => 'full', barred => 'full', invoked_over_owned => 'full',
	# An invoker's view is so wherever it is used from.
	invoked => 'read_only', invoked_over_invoked => 'read_only', owned_over_invoked => 'read_only');
foreach my $view (sort keys %view_key)
{
	my $is_owners = $view_key{$view} eq 'full';

	is_asked(read_only => "SELECT count(*) FROM live.$view", $view_key{$view}, "view $view");
	is_asked(revoked => "SELECT count(*) FROM live.$view", $is_owners ? 'full' : 'revoked', "view $view, a revoked caller",
		$is_owners ? '00000' : '42501');
	is_asked(nobody => "SELECT count(*) FROM live.$view", $is_owners ? 'full' : '', "view $view, a caller without mapping",
		$is_owners ? '00000' : '42704');
	is_asked(read_only => "EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM live.$view WHERE id > 'a'", $view_key{$view},
		"view $view, explained");
}
is_asked(nobody => 'EXPLAIN SELECT * FROM live.invoked', '', 'a plan asks nobody, and needs no mapping');

# Each reference in a statement by itself.
is_asked(read_only => 'SELECT count(*) FROM live.owned o JOIN live.segment s USING (id)', 'full read_only', 'a join of both');
is_asked(read_only => 'SELECT count(*) FROM live.segment WHERE id IN (SELECT id FROM live.owned)', 'full read_only', 'a subquery');
is_asked(read_only => 'SELECT 1 FROM live.segment UNION ALL SELECT 1 FROM live.owned UNION ALL SELECT 1 FROM live.invoked',
	'full read_only', 'a union');
is_asked(read_only => 'WITH o AS MATERIALIZED (SELECT * FROM live.owned) SELECT count(*) FROM o, live.invoked', 'full read_only', 'a CTE');
is_asked(revoked => 'SELECT count(*) FROM live.owned o JOIN live.segment s USING (id)', 'full revoked', 'a join with a revoked key', '42501');

# Functions.
is_asked(read_only => 'SELECT live.defined()', 'full', 'a definer\'s function');
is_asked(read_only => 'SELECT count(*) FROM live.inlined()', 'read_only', 'an inlined function');
is_asked(read_only => 'SELECT live.planned()', 'read_only', 'a function with a kept plan');
is_asked(full => 'SELECT count(*) FROM live.inlined() i, live.segment s WHERE i.id = s.id', 'full', 'its owner calls');

# One session, many roles: what is kept is not kept for another.
my $many = $session{superuser};
foreach my $mode (qw(force_generic_plan force_custom_plan auto))
{
	$many->value("SET plan_cache_mode = $mode; DEALLOCATE ALL");
	$many->value('PREPARE direct AS SELECT count(*) FROM live.segment; PREPARE bound (text) AS'
		  . ' SELECT count(*) FROM live.visitor WHERE visitor_id > $1;'
		  . ' PREPARE owned AS SELECT count(*) FROM live.owned; PREPARE invoked AS SELECT count(*) FROM live.invoked');
	foreach my $turn (1, 2)
	{
		foreach my $role (qw(full read_only revoked))
		{
			my $state = $role eq 'revoked' ? '42501' : '00000';

			$many->value("SET ROLE \"$role\"");
			is_asked($many, 'EXECUTE direct', $role, "$mode, $turn: a prepared statement as $role", $state);
			is_asked($many, "EXECUTE bound ('m')", $role, "$mode, $turn: one with a parameter as $role", $state);
			is_asked($many, 'EXECUTE invoked', $role, "$mode, $turn: one of an invoker's view as $role", $state);
			is_asked($many, 'EXECUTE owned', 'full', "$mode, $turn: one of an owner's view as $role");
			is_asked($many, 'SELECT live.planned()', $role, "$mode, $turn: a kept plan as $role", $state);
		}
		$many->value('SET ROLE nobody');
		is_asked($many, 'EXECUTE direct', '', "$mode, $turn: a prepared statement without mapping", '42704');
		$many->value('RESET ROLE');
	}
}

# A cursor is its opener's.
$many->value('SET ROLE "full"; BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.segment; SET ROLE revoked');
is_asked($many, 'FETCH 5 FROM c', 'full', 'a cursor, fetched by another role');
$many->value('COMMIT; RESET ROLE');

# A mapping that changes is used at once, also by kept plans; none is left over.
$session{full}->value('PREPARE kept AS SELECT count(*) FROM live.segment');
is_asked(full => 'EXECUTE kept', 'full', 'a kept plan');
$many->value("ALTER USER MAPPING FOR \"full\" SERVER pendo OPTIONS (SET integration_key '$key{read_only}')");
is_asked(full => 'EXECUTE kept', 'read_only', 'with a new key');
$many->value('DROP USER MAPPING FOR "full" SERVER pendo');
is_asked(full => 'EXECUTE kept', '', 'without a mapping', '42704');
is_asked(read_only => 'SELECT count(*) FROM live.owned', '', 'a view whose owner lost its mapping', '42704');
$many->value("CREATE USER MAPPING FOR PUBLIC SERVER pendo OPTIONS (integration_key '$key{read_only}')");
is_asked(full => 'EXECUTE kept', 'read_only', 'the mapping for all is the last resort');
is_asked(revoked => $direct, 'revoked', 'and no way around one\'s own', '42501');
$many->value("DROP USER MAPPING FOR PUBLIC SERVER pendo;"
	  . " CREATE USER MAPPING FOR \"full\" SERVER pendo OPTIONS (integration_key '$key{full}')");

# check() and imports speak for their caller.
$many->value('GRANT USAGE ON SCHEMA pendo TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pendo TO PUBLIC;'
	  . ' GRANT SELECT ON ALL TABLES IN SCHEMA pendo TO PUBLIC; GRANT CREATE ON DATABASE postgres TO PUBLIC');
is_asked(read_only => q{SELECT * FROM pendo.check('pendo')}, 'read_only', 'check()');
is_asked(full => 'CREATE SCHEMA of_full; IMPORT FOREIGN SCHEMA pendo FROM SERVER pendo INTO of_full', 'full', 'an import');
$many->value('REVOKE USAGE ON FOREIGN SERVER pendo FROM PUBLIC');
is_asked(read_only => q{SELECT * FROM pendo.check('pendo')}, '', 'check() without USAGE of the server', '42501');
is_asked(read_only => $direct, 'read_only', 'a granted table needs none');

# A security barrier: a function that tells what it sees, as cheap as can be,
# sees no row that the view hides.  What is sent are values and comparisons of
# columns, never a function.
$session{full}->value(q{
	CREATE FUNCTION live.leak(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 0.0000001 AS
		$$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
	CREATE FUNCTION live.leak_less(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 0.0000001 AS
		$$ BEGIN RAISE NOTICE 'saw %', $1; RETURN $1 < $2; END $$;
	CREATE OPERATOR live.<<< (LEFTARG = text, RIGHTARG = text, FUNCTION = live.leak_less);
	CREATE FUNCTION live.chance() RETURNS text LANGUAGE plpgsql VOLATILE AS
		$$ BEGIN RETURN 'chance'; END $$;
	CREATE VIEW live.some WITH (security_barrier) AS
		SELECT visitor_id, metadata FROM live.visitor WHERE visitor_id <> 'system' AND length(visitor_id) % 2 = 0;
	GRANT SELECT ON live.some TO PUBLIC});
my $hidden = $session{full}->value("SELECT count(*) FROM live.visitor WHERE NOT coalesce(visitor_id <> 'system' AND length(visitor_id) % 2 = 0, false)");
cmp_ok($hidden, '>', 10, 'the view hides rows');
cmp_ok($session{full}->value('SELECT count(*) FROM live.some'), '>', 10, 'and shows some');
foreach my $case (
	[ 'a function', 'live.leak(visitor_id)' ],
	[ 'an operator', "visitor_id OPERATOR(live.<<<) 'zzz'" ],
	[ 'a function of metadata', "live.leak(metadata::text) AND live.leak(visitor_id)" ],
	[ 'with a comparison', "visitor_id >= 'a' AND live.leak(visitor_id)" ],
	[ 'in OR', "visitor_id = 'x' OR live.leak(visitor_id)" ])
{
	my ($name, $qual) = @$case;

	foreach my $pushdown ('on', 'off')
	{
		$session{read_only}->value("SET pendo_fdw.enable_pushdown = $pushdown; SET client_min_messages = notice");
		my (undef, $state, $output, $error) = keys_of($session{read_only}, "SELECT visitor_id FROM live.some WHERE $qual");
		my %shown = map { $_ => 1 } split /\n/, $output;
		my @saw = $error =~ /NOTICE:  00000: saw ([^{\n]*)$/mg;
		my ($request) = $pendo->requests(source => 'visitors');
		my $sent = JSON::PP->new->canonical->encode($request->{pipeline});

		is($state, '00000', "barrier, $name, pushdown $pushdown");
		cmp_ok(scalar(@saw), '>', 0, "barrier, $name, pushdown $pushdown: it is called");
		is(scalar(grep { !$shown{$_} } @saw), 0, "barrier, $name, pushdown $pushdown: it sees no hidden row");
		unlike($sent, qr/leak|length/, "barrier, $name, pushdown $pushdown: nor does Pendo run it");
		$sent =~ /system/ ? is($pushdown, 'on', "barrier, $name: its own condition is sent")
		  : is($pushdown, 'off', "barrier, $name: nothing is sent");
	}
}
$session{read_only}->value('RESET pendo_fdw.enable_pushdown');

# Without a barrier, too: neither volatile nor unknown functions are sent.
(undef) = keys_of($session{full}, 'SELECT count(*) FROM live.visitor WHERE visitor_id = live.chance() AND live.leak(visitor_id)');
my ($request) = $pendo->requests(source => 'visitors');
unlike(JSON::PP->new->encode($request->{pipeline}), qr/chance|leak/, 'no volatile value is sent');

done_testing();
