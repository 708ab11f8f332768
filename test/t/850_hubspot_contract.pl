
# Every request that HubSpot gets from us, and every answer of the stand-in that we build on,
# against HubSpot's published OpenAPI documents.

use strict;
use warnings;
use utf8;
use ContractProxy;
use HTTP::Tiny;
use JSON::PP;
use PendoTest;
use Test::More;

if (my $reason = ContractProxy::reason_not_to('hubspot'))
{
	plan skip_all => $reason;
}

# All calls that we make, as the numbered documents have them.
my @objects = ('companies', 'contacts', 'tasks');
my @documented = ('GET /crm/v3/owners', 'GET /crm/v3/properties/{objectType}');
foreach my $object (@objects)
{
	push @documented, "GET /crm/v3/objects/$object";
	push @documented, "POST /crm/v3/objects/$object/$_" foreach 'search', map { "batch/$_" } 'read', 'create', 'update', 'upsert';
}
@documented = sort @documented;

my $stand_in = start_stand_in(kind => 'hubspot', switches => { search_limit => 'none', index_lag => 'none' });
my $proxy = ContractProxy->start('hubspot', $stand_in->{url});
my $json = JSON::PP->new->utf8->canonical;
my $http = HTTP::Tiny->new(timeout => 60, proxy => undef, http_proxy => undef, https_proxy => undef);
my $node = new_node(settings => { 'pendo_fdw.environment' => 'production' });
write_secret('hubspot_token', $stand_in->{token});

sub value { return $node->safe_psql('postgres', $_[0]) }

sub records { return map { decode_json($_) } split /\n/, $stand_in->control(GET => "records/$_[0]") }

# Put an item into the outbox; what is given is the same as pendo.enqueue's.
sub put
{
	my ($connection, $object, $key, $fields, %more) = @_;
	my $rest = join '', map { ", $_ => " . PendoTest::quote_literal(ref $more{$_} ? $json->encode($more{$_}) : $more{$_}) } sort keys %more;

	utf8::decode($fields = $json->encode($fields));
	return value("SELECT pendo.enqueue('$connection', '$object', '$key', " . PendoTest::quote_literal($fields) . "$rest)");
}

# Deliver until nothing is left to be tried again.
sub deliver
{
	for (1 .. 10)
	{
		value('UPDATE pendo.connection_state SET failures = 0, open_until = NULL');
		value('SET client_min_messages = warning; CALL pendo.deliver()');
		return unless value(q{WITH w AS (UPDATE pendo.waiting SET due_at = now() WHERE reason <> 'configuration' RETURNING 1)
			SELECT count(*) FROM w});
	}
	return;
}

sub outcomes { return value("SELECT string_agg(outcome, ' ' ORDER BY id) FROM pendo.delivery WHERE item = $_[0]") }

# Deliver; each of these calls, [ operation, object ], meets the fault once.
sub deliver_with
{
	my ($fault, $args, @calls) = @_;

	$stand_in->set_faults(map { { match => { operation => $_->[0], source => $_->[1] }, fault => $fault, args => $args, times => 1 } } @calls);
	deliver();
	$stand_in->clear_faults;
	return;
}

# --- everything that we do -------------------------------------------------------

sub connect_by
{
	my ($hs, $version) = @_;

	value(qq{SET client_min_messages = warning;
		SELECT pendo.connect_hubspot('$hs', secret_file => 'hubspot_token', schema => '$hs', environment => 'production',
			expected_org => '$stand_in->{portal_id}', options => '{"base_url": "$proxy->{url}", "api_version": "$version",
			"requests_per_second": 1000, "request_burst": 1000, "searches_per_second": 1000, "retry_delay": "1ms"}')});
	is(value("SELECT string_agg(step || ': ' || result, E'\\n') FROM pendo.check('$hs') WHERE NOT is_ok"), '', "$version: it is connected");
	return;
}

# Live tables: all records, those of known ids, those that changed, those that were deleted.
sub scan
{
	my ($hs, $version, %ids) = @_;

	foreach my $table ([ company => 'companies' ], [ contact => 'contacts' ], [ task => 'tasks' ])
	{
		my ($name, $object) = @$table;
		my $ids = join ', ', map { "'$_'" } @{ $ids{$object} }, '1';
		cmp_ok(value("SELECT count(t) FROM $hs.$name t"), '>', 50, "$version: all of $name");
		is(value("SELECT count(t) FROM $hs.$name t WHERE id IN ($ids)"), 3, 'some of them');
		cmp_ok(value("SELECT count(t) FROM $hs.$name t WHERE updated_at >= '2000-01-01'"), '>', 50, 'what changed');
		value("SELECT count(t) FROM $hs.$name t WHERE is_archived OR id = '1'");
		value("SELECT count(t) FROM $hs.$name t WHERE is_archived AND id IN ($ids)");
		value("SELECT id FROM $hs.$name");
		value("SELECT id FROM $hs.$name WHERE id = '$ids{$object}[0]'");
	}
	cmp_ok(value("SELECT count(o) FROM $hs.owner o"), '>=', 1, 'owners');
	value("SELECT count(o) FROM $hs.owner o WHERE is_archived");
	return;
}

# Deliveries; answers to some of them get lost, or say that there is something already.
sub send_items
{
	my ($hs, $version, %ids) = @_;
	my %kinds = (name => "  Ünïcode \"quoted\" \\ ; 100% 😀", health_score => 12.5, numberofemployees => 12, is_key_account => JSON::PP::true,
		renewal_date => '2026-01-31', plan => 'team', last_sync => '2026-01-31T13:00:00.123456+01:00', products => [ 'web', 'api' ],
		domain => undef, city => '');
	my @links = ({ object => 'companies', id => $ids{companies}[0] }, { object => 'contacts', id => $ids{contacts}[0] });
	my %task = (hs_task_subject => 'Call', hs_timestamp => '2026-12-01T09:00:00Z', hs_task_body => '<b>Ünïcode</b>');
	my (%good, %lost, %there);

	$good{"upsert of $_->[0]"} = put($hs, @$_, key_field => 'external_id')
	  foreach [ companies => "$hs-1", \%kinds ], [ contacts => "$hs-1", { email => "$hs\@example.org", lastname => undef } ];
	$good{'upsert of a contact by e-mail'} = put($hs, contacts => "other.$hs\@example.org", { firstname => 'Ann' }, key_field => 'email');
	$good{'update of a company by id'} = put($hs, companies => $ids{companies}[1], { name => $hs }, operation => 'update');
	$good{'update of a contact by id'} = put($hs, contacts => $ids{contacts}[1], { firstname => $hs }, operation => 'update');
	$good{'update of a task by id'} = put($hs, tasks => $ids{tasks}[1], { hs_task_priority => $version eq 'v3' ? 'LOW' : 'HIGH' }, operation => 'update');
	$good{'create of a task'} = put($hs, tasks => "nps $hs 1", \%task, operation => 'create', class => 'signal', links => \@links);
	$good{'create of a contact'} = put($hs, contacts => "$hs-2", { firstname => 'Keyless' }, operation => 'create', links => [ $links[0] ]);
	$good{'create of a company with a key'} = put($hs, companies => "$hs-2", { name => 'New' }, operation => 'create', key_field => 'external_id');
	$good{"$_ of a task with a key"} = put($hs, tasks => "$hs-$_", \%task, operation => $_, key_field => 'pendo_key') foreach 'create', 'upsert';
	deliver();
	is(outcomes($good{$_}), 'delivered', "$version: $_") foreach sort keys %good;

	$lost{"update of $_->[0] by key"} = put($hs, @$_, operation => 'update', key_field => 'external_id')
	  foreach [ companies => "$hs-1", { name => 'Other', domain => undef } ], [ contacts => "$hs-1", { firstname => 'Other' } ];
	$lost{'upsert of a task'} = put($hs, tasks => "$hs-3", \%task, key_field => 'pendo_key');
	$lost{'create of a task'} = put($hs, tasks => "nps $hs 3", \%task, operation => 'create', class => 'signal');
	$lost{'create of a company with a key'} = put($hs, companies => "$hs-3", { name => 'New' }, operation => 'create', key_field => 'external_id');
	deliver_with(cut_after => {}, [ batch_update => 'companies' ], [ batch_update => 'contacts' ], [ batch_upsert => 'tasks' ],
		[ batch_create => 'tasks' ], [ batch_create => 'companies' ]);
	like(outcomes($lost{$_}), qr/^retry (unchanged|delivered)$/, "$version: $_, whose answer got lost") foreach sort keys %lost;

	# They are looked for, by key and by id.
	%there = ('upsert of a contact' => put($hs, contacts => "$hs-1", { firstname => 'There' }, key_field => 'external_id'),
		'update of a company' => put($hs, companies => $ids{companies}[1], { name => "There $hs" }, operation => 'update'),
		'update of a task' => put($hs, tasks => $ids{tasks}[1], { hs_task_subject => $hs }, operation => 'update'));
	deliver_with(fail_inputs => { inputs => [0], status => 409, category => 'CONFLICT', message => 'It already exists. Existing ID: 17' },
		[ batch_upsert => 'contacts' ], [ batch_update => 'companies' ], [ batch_update => 'tasks' ]);
	is(outcomes($there{$_}), 'retry delivered', "$version: $_ that is said to be there") foreach sort keys %there;
	return;
}

# What HubSpot says no to, objects that the stand-in does not have, and what comes too early.
sub be_refused
{
	my ($hs, $version, %ids) = @_;
	my %task = (hs_task_subject => 'Call', hs_timestamp => '2026-12-01T09:00:00Z');
	my @bad = (put($hs, companies => "$hs-bad", { numberofemployees => 'many' }, key_field => 'external_id'),
		put($hs, companies => "$hs-odd", { nonsense => 'x' }, key_field => 'external_id'),
		put($hs, companies => '1', { name => 'Nobody' }, operation => 'update'),
		put($hs, notes => "$hs 1", { hs_note_body => 'Note', hs_timestamp => '2026-12-01T09:00:00Z' }, operation => 'create',
			links => [ { object => 'companies', id => $ids{companies}[0] } ]),
		put($hs, deals => "$hs-1", { dealname => 'Deal' }, key_field => 'external_id'),
		put($hs, contacts => "$hs-same", { email => "$hs\@example.org" }, operation => 'create', key_field => 'external_id'),
		put($hs, tasks => "nps $hs 3", \%task, operation => 'create', links => [ { object => 'companies', id => '1' } ]));
	deliver();
	unlike(outcomes($_), qr/delivered|unchanged/, "$version: refused") foreach @bad;
	value("SELECT pendo.discard(item => $_)") foreach @bad;

	# After the last one of these everybody has to wait.
	foreach my $fault ('locked', 'missing_scope', 'unauthorized', $version eq 'v3' ? () : 'limited')
	{
		put($hs, companies => "$hs-$fault", { name => 'Fault' }, key_field => 'external_id');
		$stand_in->set_faults({ match => { operation => 'batch_upsert' }, fault => $fault, times => 1 });
		value('SET client_min_messages = warning; CALL pendo.deliver()');
		value("SELECT count(pendo.discard(item => item)) FROM pendo.waiting WHERE connection = '$hs'; UPDATE pendo.connection_state SET open_until = NULL");
	}
	$stand_in->clear_faults;
	return;
}

$stand_in->set_switches(unique_on_tasks => 'allowed', property_delay => 'none');
foreach (1 .. 60)
{
	$stand_in->control(POST => 'hand', { object => 'tasks', properties => { hs_task_subject => "Task $_", hs_timestamp => '2026-12-01T09:00:00Z' } });
}
is($http->post("$proxy->{url}/crm/v3/properties/tasks", { headers => { authorization => "Bearer $stand_in->{token}", 'content-type' => 'application/json' },
	content => '{"name":"pendo_key","label":"Key","type":"string","fieldType":"text","groupName":"task","hasUniqueValue":true}' })->{status}, 201,
	'tasks get a unique property');

my $seen = $proxy->log;
foreach my $version ('v3', '2026-09')
{
	my $hs = 'hs_' . $version =~ tr/-/_/r;
	my %ids = map { my $object = $_; $object => [ map { $_->{id} } (records($object))[ 0 .. 2 ] ] } @objects;

	connect_by($hs, $version);
	$_->($hs, $version, %ids) foreach \&scan, \&send_items, \&be_refused;
	my @calls = $proxy->log;
	@calls = @calls[ $seen .. $#calls ];
	$seen += @calls;

	# Where both were good, the request and an answer other than an error.
	my (%compared, %undocumented, %problems, %other);
	foreach my $call (@calls)
	{
		my @problems = (@{ $call->{request} }, @{ $call->{answer} });
		my $name = "$call->{method} $call->{path}";

		$undocumented{$name} = 1 unless $call->{document};
		$compared{ $call->{call} } = 1 if $call->{document} && !@problems && $call->{status} =~ /^2/;
		$problems{ join '; ', "$name:", @problems } = 1 if @problems;
		$other{$name} = 1 unless $call->{path} =~ m{/\Q$version\E(/|\?|$)};
	}
	is_deeply([ sort keys %problems ], [], "$version: none of " . @calls . ' calls breaks its document');
	is_deeply([ sort keys %compared ], \@documented, 'all ' . @documented . ' that have one were compared with it, to and fro')
	  or diag(explain([ sort keys %compared ]));
	note("$version, compared: $_") foreach @documented;
	is_deeply([ sort keys %undocumented ], ["GET /account-info/$version/details"], 'without a document: ' . join ', ', sort keys %undocumented);
	is_deeply([ sort keys %other ], [], 'all of them by the version that the server has');
}
is_deeply([ map { $_->{reason} } $proxy->needless ], [], 'no exception is needless');

# --- what must not pass --------------------------------------------------------------

my %headers = (authorization => "Bearer $stand_in->{token}", 'content-type' => 'application/json');
my $upsert = 'companies/batch/upsert';
my $list = 'companies?limit=1&properties=name,plan';
my %input = (id => 'X', idProperty => 'external_id', objectWriteTraceId => '1', properties => { name => 'x' });

# What the proxy makes of a call: status and message.
sub call
{
	my ($method, $path, $body, %more) = @_;
	my %all = (%headers, %more);
	my $response = $http->request($method, "$proxy->{url}/crm/v3/objects/$path",
		{ headers => { map { $_ => $all{$_} } grep { defined $all{$_} } keys %all },
			defined $body ? (content => ref $body ? $json->encode($body) : $body) : () });

	return ($response->{status}, $response->{content});
}

is((call(POST => $upsert, { inputs => [ \%input ] }))[0], 200, 'a good request passes');
is((call(GET => $list))[0], 200, 'and another');
$stand_in->clear_log;
foreach my $bad (
	[ 'a number for a text', $upsert, { inputs => [ { %input, properties => { name => 5 } } ] }, 'properties/name: must be string' ],
	[ 'null for a text', $upsert, { inputs => [ { %input, properties => { name => undef } } ] }, 'properties/name: must be string' ],
	[ 'no id', $upsert, { inputs => [ { properties => {} } ] }, q{must have required property 'id'} ],
	[ 'a misspelt member', $upsert, { inputs => [ { %input, idPropertty => 'x' } ] }, 'idPropertty' ],
	[ 'no list', $upsert, { inputs => \%input }, 'inputs: must be array' ],
	[ 'an unknown operator', 'companies/search', { filterGroups => [ { filters => [ { propertyName => 'x', operator => 'LIKE' } ] } ], limit => 1,
			properties => [] }, 'must be equal to one of the allowed values' ],
	[ 'a large number', 'companies/search', { filterGroups => [], properties => [], limit => 1e10 }, 'must match format "int32"' ],
	[ 'no JSON', $upsert, '{"inputs":[]', 'no JSON' ],
	[ 'no body', $upsert, undef, 'body: there is none' ],
	[ 'a form', $upsert, 'inputs=1', 'is not documented', 'content-type' => 'application/x-www-form-urlencoded' ],
	[ 'no token', $upsert, { inputs => [ \%input ] }, 'no bearer token', authorization => undef ],
	[ 'an unknown parameter', 'companies?pageSize=1', undef, 'pageSize is not documented' ],
	[ 'a limit that is no number', 'companies?limit=many', undef, 'limit must be integer' ],
	[ 'two limits', 'companies?limit=1&limit=2', undef, 'limit comes 2 times' ])
{
	my ($what, $path, $body, $why, %more) = @$bad;
	my ($status, $message) = call($path =~ /\?/ ? 'GET' : 'POST', $path, $body, %more);

	ok($status == 422 && index(decode_json($message)->{message}, $why) >= 0, "refused: $what") or diag("$status: $message");
}
is(scalar($stand_in->log), 0, 'none of these arrived');

my $answer = decode_json((call(GET => $list))[1]);
my $record = $answer->{results}[0];
my %type = (content_type => 'application/json');
foreach my $bad (
	[ 'a number for a text', { %$answer, results => [ { %$record, id => 5 } ] }, 'results/0/id: must be string' ],
	[ 'a text for a boolean', { %$answer, results => [ { %$record, archived => 'false' } ] }, 'archived: must be boolean' ],
	[ 'a missing member', { %$answer, results => [ { map { $_ => $record->{$_} } grep { $_ ne 'createdAt' } keys %$record } ] }, 'createdAt' ],
	[ 'no date', { %$answer, results => [ { %$record, updatedAt => 'yesterday' } ] }, 'must match format "date-time"' ],
	[ 'a property that is an object', { %$answer, results => [ { %$record, properties => { name => {} } } ] }, 'properties/name: must be string' ],
	[ 'an unknown member', { %$answer, total => 1 }, 'total' ],
	[ 'no records', {}, 'results' ],
	[ 'null', undef, 'must be object' ],
	[ 'an unknown status', $answer, '202 is not documented', code => 202 ],
	[ 'an error that lacks its members', { status => 'error', message => 'x' }, 'correlationId', code => 400 ],
	[ 'a page', '<html></html>', 'is not documented', content_type => 'text/html' ],
	[ 'broken JSON', '{"results":[', 'no JSON' ])
{
	my ($what, $body, $why, %more) = @$bad;

	$stand_in->set_faults({ match => {}, fault => 'status', times => 1,
		args => { code => 200, %type, %more, body => ref $body || !defined $body ? $json->allow_nonref->encode($body) : $body } });
	my ($status, $message) = call(GET => $list);
	ok($status == 500 && index(decode_json($message)->{message}, $why) >= 0, "refused: $what") or diag("$status: $message");
}
$stand_in->set_faults({ match => {}, fault => 'status', times => -1, args => { code => 200, %type, body => '{}' } });
like((sqlstate_of($node, 'SELECT count(*) FROM hs_v3.company'))[1], qr/the answer breaks the document/, 'and the extension is told');

$proxy->stop;
$stand_in->stop;
done_testing();
