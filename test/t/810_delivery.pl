
# From the outbox to remote records: who may deliver where, what becomes of items, and that a
# copy of the server stays silent.

use strict;
use warnings;
use JSON::PP;
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $hubspot = start_stand_in(kind => 'hubspot', size => 0);
my $salesforce = start_stand_in(kind => 'salesforce');
write_secret('hubspot_token', $hubspot->{token});
write_secret('salesforce_secret', $salesforce->{client_secret});

my $node = new_node(init => [ allows_streaming => 1 ], settings => { 'pendo_fdw.environment' => 'production' });
my $fast = '"requests_per_second": 1000, "request_burst": 1000, "retry_delay": "1ms", "first_byte_timeout": "2s"';

$node->safe_psql('postgres', qq{
	SET client_min_messages = warning;
	SELECT pendo.connect_hubspot('hs', secret_file => 'hubspot_token', environment => 'production',
		expected_org => '$hubspot->{portal_id}', options => '{"base_url": "$hubspot->{url}", $fast}');
	SELECT pendo.connect_salesforce('sf', '$salesforce->{url}', '$salesforce->{client_id}',
		client_secret_file => 'salesforce_secret', environment => 'production',
		expected_org => '$salesforce->{org_id}', options => '{$fast}');});

sub value { return $node->safe_psql('postgres', $_[0]) }
sub deliver { value('SET client_min_messages = warning; CALL pendo.deliver()'); return }

# What the log says of an item: its outcomes.
sub outcomes { return value("SELECT string_agg(outcome, ' ' ORDER BY id) FROM pendo.delivery WHERE item = $_[0]") }

sub put
{
	my ($key, $fields, %more) = @_;
	my $connection = delete $more{connection} // 'hs';
	my $object = delete $more{object} // ($connection eq 'hs' ? 'companies' : 'Account');
	my $field = $connection eq 'hs' ? 'external_id' : 'Pendo_Key__c';
	my $rest = join '', map { ", $_ => $more{$_}" } sort keys %more;

	$rest .= ", key_field => '$field'" unless exists $more{key_field};
	return value("SELECT pendo.enqueue('$connection', '$object', '$key', '" . encode_json($fields) . "'$rest)");
}

sub records
{
	my ($stand_in, $object) = @_;
	my $text = $stand_in->control(GET => "records/$object");

	return map { decode_json($_) } split /\n/, $text if $text !~ /^\s*\[/;
	return @{ decode_json($text) };
}

sub company { my ($key) = @_; return grep { ($_->{properties}{external_id} // '') eq $key } records($hubspot, 'companies') }

# Requests that write, as the stand-in saw them.
sub writes { return grep { $_->{write} && $_->{path} !~ m{/oauth} } $_[0]->log }

# --- one of each kind --------------------------------------------------------

my $one = put('one', { name => 'One' });
my $account = put('one', { Name => 'One' }, connection => 'sf');
my $task = put('nps d1', { hs_task_subject => 'Call', hs_timestamp => '2026-01-01T00:00:00Z' },
	object => 'tasks', operation => "'create'", key_field => 'NULL', class => "'signal'");
is(outcomes($one), '', 'nothing is sent by the transaction that wrote it');
deliver();
is(outcomes($_->[0]), 'delivered', $_->[1]) foreach [ $one, 'HubSpot: upsert' ], [ $account, 'Salesforce: upsert' ], [ $task, 'HubSpot: task' ];
is((company('one'))[0]{properties}{name}, 'One', 'the company is there');
is(value("SELECT remote_id FROM pendo.delivery WHERE item = $one"), (company('one'))[0]{id}, 'and its id is known');
is(value('SELECT count(*) FROM pendo.waiting'), 0, 'nothing waits');
is(value('SELECT count(*) FROM pendo.problem'), 0, 'there is no problem');

# --- what becomes of items ---------------------------------------------------

my $expired = put('late', { name => 'Late' }, expires_at => "now() - interval '1 s'");
my $later = put('later', { name => 'Later' }, not_before => "now() + interval '1 hour'");
my @versions = map { put('often', { name => "V$_" }) } 1 .. 3;
my $partly = put('often', { city => 'Rome' });
my $bad = put('bad', { numberofemployees => 'many' });
my $odd = put('odd', { nonsense => 'x' });
deliver();
is(outcomes($expired), 'expired', 'one that came too late');
is(value("SELECT reason FROM pendo.waiting WHERE item = $later"), 'later', 'one that is to be sent later');
is(join(' ', map { outcomes($_) } @versions), 'superseded superseded delivered', 'the newest wins');
is(outcomes($partly), 'delivered', 'other fields of the same record are sent as well');
my ($often) = company('often');
is("$often->{properties}{name} $often->{properties}{city}", 'V3 Rome', 'and all is there');
is(outcomes($bad), 'failed', 'one that HubSpot refuses');
like(value("SELECT code || ': ' || message FROM pendo.failed_item WHERE item = $bad"), qr/^INVALID_LONG: /,
	'and its own words');
is(value("SELECT reason || ' ' || code FROM pendo.waiting WHERE item = $odd"), 'configuration PROPERTY_DOESNT_EXIST',
	'one for whose field somebody must care waits for that');
is(value('SELECT string_agg(what, E\'\n\' ORDER BY what) FROM pendo.problem') =~ s/: [^:\n]*$//mgr,
	"1 item for hs cannot be sent as it is: PROPERTY_DOESNT_EXIST\n1 item of companies failed at hs: INVALID_LONG",
	'pendo.problem tells of both');
is(value("SELECT pendo.discard(item => $odd)"), 1, 'one can be given up');
is(value("SELECT pendo.retry('hs')"), 1, 'it can be tried again');
deliver();
is(outcomes($bad), 'retry failed', 'in vain');
is(value("SELECT pendo.discard(item => $bad)"), 1, 'and be given up');
is(value('SELECT count(*) FROM pendo.problem'), 0, 'then there is no problem');

# A number of ours that is somebody else's id there: two records, by two names.
{
	my ($id) = map { $_->{id} } company('one');
	my $by_id = put($id, { city => 'Oslo' }, operation => "'update'", key_field => 'NULL');
	my $by_key = put($id, { name => 'Other', city => 'Rome' });

	deliver();
	is(join(' ', map { outcomes($_) } $by_id, $by_key), 'delivered delivered', 'records are told apart by what names them');
	is(join(' ', map { (company($_))[0]{properties}{city} } 'one', $id), 'Oslo Rome', 'and each gets its own');
	my $wrong = put($id, { city => 'Bergen', nonsense => 1 }, operation => "'update'", key_field => 'NULL');
	deliver();
	put($id, { city => 'Paris' });
	deliver();
	is(value("SELECT fields ->> 'city' FROM pendo.waiting WHERE item = $wrong"), 'Bergen', 'what waits for the one is not outdated by the other');
	value('SELECT pendo.discard(item => item) FROM pendo.waiting WHERE reason = \'configuration\'');
}

# What waits for its next attempt is tried at once, if somebody says so.
{
	my $early = put('early', { nonsense => 'x' });

	deliver();
	is(value("SELECT due_at > now() + interval '1 minute' FROM pendo.waiting WHERE item = $early"), 't', 'an item waits for long');
	is(value("SELECT pendo.retry(item => $early)"), 1, 'it can be tried at once');
	deliver();
	is(outcomes($early), 'retry retry', 'and is');
	is(value("SELECT pendo.retry('hs')"), 1, 'with all of its connection, too');
	is(value("SELECT pendo.retry('hs')"), 0, 'once: what is due is due');
	is(value("SELECT pendo.discard(item => $early)"), 1, 'it is given up');
}

# What is not sent yet can be given up, by its number, source or connection.
{
	my $holder = LiveSession->new($node);
	my ($first, $second, $third);
	my $again = put('again', { nonsense => 'x' });
	deliver();
	value("UPDATE pendo.waiting SET due_at = now() WHERE item = $again");
	($first, $second, $third) = map { put("unsent $_", { name => 'U' }, source => $_ == 2 ? "'list'" : "'form'") } 1 .. 3;
	$holder->value("SELECT count(*) FROM pendo._take_lanes('hs')");
	$holder->start('SELECT pg_sleep(600)');
	sleep 0.05 until value('SELECT count(*) FROM pg_stat_activity WHERE wait_event = \'PgSleep\' AND pid = ' . $holder->backend);
	my $other = LiveSession->new($node);
	my ($state, $gone, $notice) = $other->run("SELECT pendo.discard(item => $first)");
	is("$state $gone", '00000 0', 'what a session may be sending is not given up');
	like($notice, qr/NOTICE: .*1 item .*being sent.*HINT: .*pendo\.pause/s, 'which is said');
	($state, $gone, $notice) = $other->run("SELECT pendo.discard(item => $again)");
	is("$state $gone", '00000 0', 'nor one that waits and is due');
	like($notice, qr/being sent/, 'which is said, too');
	is(($other->run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pendo.discard(item => $first); ROLLBACK"))[2] =~ /ERROR: +(\w+)/ ? $1 : '', '0A000',
		'nor with an older snapshot');
	$other->value('ROLLBACK');
	value('SELECT pg_terminate_backend(' . $holder->backend . ')');
	sleep 0.05 while value('SELECT count(*) FROM pg_stat_activity WHERE pid = ' . $holder->backend);
	is($other->value("SELECT pendo.discard(item => $_)"), 1, 'but then') foreach $first, $again;
	is($other->value("SELECT pendo.discard(source => 'list')"), 0, 'of a source, those that failed');
	is($other->value("SELECT pendo.discard(source => 'list', open => true)"), 1, 'and if so said, those still to be sent');
	is($other->value("SELECT pendo.discard('sf', open => true)"), 0, 'of another connection nothing');
	$hubspot->clear_log;
	deliver();
	is(join(' ', map { outcomes($_) } $first, $second, $third), 'discarded discarded delivered', 'they are in the log');
	is(join(' ', map { scalar company("unsent $_") } 1 .. 3), '0 0 1', 'and were not sent');
	$_->quit foreach $holder, $other;
}

# Salesforce refuses a whole request for one field that it does not know.
my $stray = put('stray', { Name => 'Stray', Nonsense__c => 1 }, connection => 'sf');
my $decent = put('decent', { Name => 'Decent' }, connection => 'sf');
deliver();
is(value("SELECT count(*) FROM pendo.waiting WHERE connection = 'sf' AND reason = 'configuration'"), 2, 'one unknown field: both wait');
value("UPDATE pendo.waiting SET due_at = now() WHERE connection = 'sf'");
deliver();
is(outcomes($decent), 'retry delivered', 'but the next time it holds up nobody else');
is(value("SELECT pendo.discard(item => $stray)"), 1, 'and is given up');
is(sqlstate_of($node, 'SELECT pendo.discard()'), '22004', 'but not everything by an oversight');
is(sqlstate_of($node, "SELECT pendo.enqueue('nowhere', 'x', 'k', '{}')"), '42704', 'a connection that is none');
is(sqlstate_of($node, "BEGIN; CALL pendo.deliver();"), '25001', 'not within a transaction');

# --- a session that is over -----------------------------------------------------

value("ALTER SERVER sf OPTIONS (SET requests_per_second '2', SET request_burst '1')");
my $renewed = put('renewed', { Name => 'Renewed' }, connection => 'sf');
$salesforce->control(DELETE => 'sessions');
$salesforce->clear_log;
deliver();
is(outcomes($renewed), 'delivered', 'one whose session was over is delivered with another');
my @asked = $salesforce->log;
is(join(' ', map { "$_->{source} $_->{status}" } @asked), 'collection_upsert 401 token 200 collection_upsert 200', 'sent again after a sign-in');
cmp_ok($asked[$_]{at} - $asked[ $_ - 1 ]{at}, '>', 250, "within the budget: request $_ waits for its turn") foreach 1, 2;
value("ALTER SERVER sf OPTIONS (SET requests_per_second '1000', SET request_burst '1000')");

# --- a kept connection that ends when the work is done, and no answer comes -----------

# Sent again by itself, a task without a unique property would be made twice.  (So it is after a
# look, too, where that comes before the search knows of it.)
$hubspot->set_switches(index_lag => 'none');
foreach my $how (qw(fin rst))
{
	my $session = LiveSession->new($node);
	my $call = 'SET client_min_messages = warning; CALL pendo.deliver()';

	put("before $how", { name => 'Before' });
	$session->value($call);
	my $lost = put("lost $how", { hs_task_subject => "Lost $how", hs_timestamp => '2026-01-01T00:00:00Z' },
		object => 'tasks', operation => "'create'", key_field => 'NULL');
	$hubspot->set_faults({ id => 'lost', match => { write => JSON::PP::true }, fault => 'cut_after', args => { how => $how }, times => 1 });
	$hubspot->clear_log;
	$session->value($call);
	is(outcomes($lost) . ' after ' . scalar(writes($hubspot)), 'retry after 1', "$how: no answer, and no second request");
	is(value("SELECT due_at > now() + interval '50 s' FROM pendo.waiting WHERE item = $lost"), 't', "$how: it is looked for when the search may know of it");
	value("UPDATE pendo.waiting SET due_at = now() WHERE item = $lost");
	$session->value($call);
	like(outcomes($lost), qr/^retry (delivered|unchanged)$/, "$how: a look finds the task");
	is(scalar(grep { ($_->{properties}{hs_task_subject} // '') eq "Lost $how" } records($hubspot, 'tasks')), 1, "$how: which is there once");
	$hubspot->clear_faults;
	$session->quit;
}

# Searches have a limit of their own: who has met it may still write.
{
	my $session = LiveSession->new($node);
	my $call = 'SET client_min_messages = warning; CALL pendo.deliver()';
	my $sought = put('sought', { hs_task_subject => 'Sought', hs_timestamp => '2026-01-01T00:00:00Z' },
		object => 'tasks', operation => "'create'", key_field => 'NULL');

	$hubspot->set_faults({ id => 'lost', match => { write => JSON::PP::true }, fault => 'cut_after', args => { how => 'fin' }, times => 1 },
		{ id => 'limit', match => { operation => 'search' }, fault => 'limited', args => { policy => 'SECONDLY', retry_after => 40 }, times => 1 });
	$session->value($call);
	value("UPDATE pendo.waiting SET due_at = now() WHERE item = $sought");
	$session->value($call);
	is(value("SELECT reason || ' ' || code FROM pendo.waiting WHERE item = $sought AND due_at > now() + interval '20 s'"), 'throttle SECONDLY',
		'a search over its limit is tried again when that has passed');
	my $written = put('meanwhile', { name => 'Meanwhile' });
	my $began = time;
	$session->value($call);
	is(outcomes($written), 'delivered', 'other items are written');
	cmp_ok(time - $began, '<', 20, 'at once');
	value("UPDATE pendo.waiting SET due_at = now() WHERE item = $sought");
	deliver();
	is(scalar(grep { ($_->{properties}{hs_task_subject} // '') eq 'Sought' } records($hubspot, 'tasks')), 1, 'and the task is there once');
	$hubspot->clear_faults;
	$session->quit;
}

# --- a connection that does not answer ----------------------------------------

$hubspot->set_faults({ id => 'down', match => { write => JSON::PP::true }, fault => 'html_error', args => { code => 503 }, times => -1 });
my @waiting = map { put("down $_", { name => 'D' }) } 1 .. 3;
for (1 .. 40)
{
	deliver();
	value("UPDATE pendo.waiting SET due_at = now() WHERE key LIKE 'down %'");
	last if value('SELECT count(*) FROM pendo.connection_state WHERE open_until > now()');
}
is(value("SELECT failures FROM pendo.connection_state WHERE connection = 'hs'"), 3, 'after three failures it rests');
like(value('SELECT what FROM pendo.problem'), qr/^connection hs does not answer, 3 times/, 'pendo.problem tells');
$hubspot->clear_log;
deliver();
is(scalar($hubspot->log), 0, 'nothing is sent to it');
$hubspot->clear_faults;
value('UPDATE pendo.connection_state SET open_until = NULL');
deliver();
is(join(' ', map { outcomes($_) =~ s/retry //gr } @waiting), 'delivered delivered delivered', 'then all is delivered');
is(value("SELECT failures FROM pendo.connection_state WHERE connection = 'hs'"), 0, 'and the failures are forgotten');

# --- whose mapping ------------------------------------------------------------

value(qq{SET client_min_messages = warning; SELECT pendo.create_roles();
	CREATE ROLE ann; CREATE ROLE bob; GRANT pendo_analyst TO ann, bob;
	GRANT USAGE ON FOREIGN SERVER hs TO ann, bob;
	CREATE USER MAPPING FOR ann SERVER hs OPTIONS (access_token '$hubspot->{second_token}');});
my $as_ann = value("SET ROLE ann; SELECT pendo.enqueue('hs', 'companies', 'ann', '{\"name\": \"Ann\"}', key_field => 'external_id')");
my $as_bob = value("SET ROLE bob; SELECT pendo.enqueue('hs', 'companies', 'bob', '{\"name\": \"Bob\"}', key_field => 'external_id')");
deliver();
is(outcomes($as_ann), '', 'what is ann\'s is not sent by somebody else');
is(value('SET ROLE bob; SELECT count(*) FROM pendo.outbox'), 1, 'nor seen');
is(sqlstate_of($node, "SET ROLE bob; INSERT INTO pendo.outbox (owner, connection, object, key_field, key, fields) VALUES ('ann', 'hs', 'companies', 'external_id', 'x', '{}')"),
	'42501', 'nor written');
$hubspot->clear_log;
value('SET client_min_messages = warning; SET ROLE ann; CALL pendo.deliver()');
is(outcomes($as_ann), 'delivered', 'but by ann');
is(join(' ', map { $_->{key} } writes($hubspot)), 'second', 'with her own token');
value('SET client_min_messages = warning; SET ROLE bob; CALL pendo.deliver()');
like(value('SET ROLE bob; SELECT what FROM pendo.problem'), qr/^nothing is delivered to hs: user mapping not found/, 'who has no mapping is told');
is(outcomes($as_bob), '', 'and nothing is sent');

# --- not from here, not to there ------------------------------------------------

# Each: what is changed, what pendo.problem says then, and what undoes it.
my @refusals = (
	[ "ALTER SERVER hs OPTIONS (SET environment 'staging')", qr/this server is environment "production", connection "hs" is for "staging"/,
		"ALTER SERVER hs OPTIONS (SET environment 'production')" ],
	[ 'ALTER SERVER hs OPTIONS (DROP environment)', qr/does not say for which environment it is/,
		"ALTER SERVER hs OPTIONS (ADD environment 'production')" ],
	[ "ALTER SERVER hs OPTIONS (SET expected_org '1')", qr/leads to organisation "$hubspot->{portal_id}", not to "1"/,
		"ALTER SERVER hs OPTIONS (SET expected_org '$hubspot->{portal_id}')" ],
	[ 'ALTER SERVER hs OPTIONS (DROP expected_org)', qr/does not say which organisation must be at its other end/,
		"ALTER SERVER hs OPTIONS (ADD expected_org '$hubspot->{portal_id}')" ]);
foreach my $refusal (@refusals)
{
	my ($change, $what, $undo) = @$refusal;

	value($change);
	my $item = put('refused', { name => $change =~ tr/'//dr });
	$hubspot->clear_log;
	deliver();
	is(scalar(writes($hubspot)), 0, "$change: nothing is delivered");
	is(outcomes($item), '', 'the item is kept');
	like(value("SELECT what FROM pendo.problem WHERE what !~ 'mapping'"), $what, 'pendo.problem says why');
	like(value("SELECT next_statement FROM pendo.problem WHERE what !~ 'mapping'"), qr/^(ALTER SERVER|SELECT) .*;/, 'and what to type');
	value($undo);
	deliver();
	is(outcomes($item), 'delivered', 'undone: it is delivered');
}

# An address, or a token, that was wrong is tried at once when it has been changed.
{
	value("ALTER SERVER hs OPTIONS (SET base_url 'http://127.0.0.1:1')");
	my $item = put('moved', { name => 'Moved' });
	deliver();
	like(value("SELECT what FROM pendo.problem WHERE what !~ 'mapping'"), qr/cannot say which organisation/, 'a wrong address is told');
	value("ALTER SERVER hs OPTIONS (SET base_url '" . $hubspot->url . "')");
	deliver();
	is(outcomes($item), 'delivered', 'and once it is right all goes on');
}

# --- a copy of the server ----------------------------------------------------------

put('copied', { name => 'Copied' });
$node->backup('copy');
my $copy = PostgreSQL::Test::Cluster->new('copy');
$copy->init_from_backup($node, 'copy');
$copy->append_conf('postgresql.conf', "pendo_fdw.environment = 'copy'");
$copy->start;
$_->clear_log foreach $hubspot, $salesforce;
$copy->safe_psql('postgres', 'CALL pendo.deliver()');
is(scalar($hubspot->log) + scalar($salesforce->log), 0, 'a copy of the server does not even ask');
like($copy->safe_psql('postgres', "SELECT what FROM pendo.problem WHERE what ~ 'copy'"),
	qr/this server is environment "copy", connection "hs" is for "production"/, 'and says why');
$copy->stop;

# --- dumped and restored -------------------------------------------------------------

my $dump = "$ENV{WORK}/tmp/delivery.dump";
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('postgres') ], 'it is dumped with items in the outbox');
$node->safe_psql('template1', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '-j', '2', '-d', $node->connstr('restored'), $dump ], 'and restored');
$hubspot->clear_log;
$node->safe_psql('restored', 'SET client_min_messages = warning; CALL pendo.deliver()');
is(scalar($hubspot->log), 0, 'beside its original it does not even ask');
is($node->safe_psql('restored', 'SELECT count(*) FROM pendo.home WHERE name = current_database()'), 0, 'nor takes its place');
is($node->safe_psql('restored', 'BEGIN; UPDATE pendo.home SET system = 1; SELECT pendo._original(); SELECT pendo._note_home(); SELECT pendo._original(); ROLLBACK'),
	"postgres\n\npostgres", 'nor after an upgrade of the server');
is($node->safe_psql('postgres', 'BEGIN; UPDATE pendo.home SET system = 1; SELECT pendo._original(); SELECT pendo._note_home(); SELECT system <> 1, name FROM pendo.home; ROLLBACK'),
	"\n\nt|postgres", 'but the original does');
is($node->safe_psql('restored', 'SELECT what, next_statement FROM pendo.problem LIMIT 1'),
	q{nothing is delivered to hs: this database is a copy of database "postgres"|SELECT pendo.deliver_here();},
	'and says why');
$node->safe_psql('restored', 'SELECT pendo.deliver_here(); SET client_min_messages = warning; CALL pendo.deliver()');
is(scalar(grep { $_->{operation} =~ /batch_upsert/ } writes($hubspot)), 1, 'what was open is delivered from there');
is((company('copied'))[0]{properties}{name}, 'Copied', 'and arrives');
is($node->safe_psql('restored', "SELECT string_agg(outcome, ' ') FROM pendo.delivery WHERE item = $one"), 'delivered',
	'what was delivered before is not sent again');

$_->stop foreach $hubspot, $salesforce;
done_testing();
