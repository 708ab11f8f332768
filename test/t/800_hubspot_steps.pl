
# HubSpot's delivery steps against the stand-in: what they ask for, and what comes of it.

use strict;
use warnings;
use utf8;
use DeliverySteps;
use JSON::PP;
use PendoTest;
use Test::More;

my $node = new_node();
my $stand_in = start_stand_in(kind => 'hubspot', time_zone => undef);
my $hubspot = DeliverySteps->new($node, hubspot => $stand_in);
my %company = (object => 'companies', key_field => 'external_id');

sub items { my ($prefix, $count, $fields) = @_; return [ map { { key => "$prefix-$_", fields => $fields->($_) } } 1 .. $count ] }
sub outcomes { my %n; $n{ $_->{outcome} }++ foreach values %{ $_[0]{results} }; return \%n }
sub calls { return [ map { $_->{path} =~ s{.*/(batch/)?}{}r } @{ $_[0]{requests} } ] }

# A hundred upserts, twice: created, then not; results come shuffled.
my $run = $hubspot->deliver(%company, items => items(A => 100, sub { { name => "Name $_[0]", health_score => $_[0] + 0.5 } }));
is_deeply(outcomes($run), { delivered => 100 }, 'a hundred upserts');
is_deeply(calls($run), ['upsert'], 'in one request');
my @effects = $hubspot->effects;
is(scalar(grep { $_->{outcome} eq 'created' } @effects), 100, 'make a hundred records');
is(scalar(grep { $run->{results}{ $_->{properties}{external_id} }{remote_id} eq $_->{id} } @effects), 100,
	'each item knows its record, whatever the order');
ok($run->{results}{'A-7'}{is_created}, 'as created');
$run = $hubspot->deliver(%company, items => items(A => 100, sub { { name => "Name $_[0]", health_score => $_[0] + 1 } }));
is(scalar(grep { !$_->{is_created} } values %{ $run->{results} }), 100, 'the second time they are there');
is(scalar(grep { $_->{outcome} eq 'updated' } $hubspot->effects), 100, 'and are updated');

# Looking: what is unchanged is not written.
my $mixed = items(A => 100, sub { { name => "Name $_[0]", health_score => $_[0] + ($_[0] % 2 ? 1 : 2) } });
$run = $hubspot->deliver(%company, look => 1, items => $mixed);
is_deeply(outcomes($run), { unchanged => 50, delivered => 50 }, 'a look leaves out what is unchanged');
is_deeply(calls($run), [ 'read', 'upsert' ], 'by one read');
is(scalar($hubspot->effects), 50, 'and the rest is written');
$run = $hubspot->deliver(%company, look => 1, items => $mixed);
is_deeply([ calls($run), outcomes($run) ], [ ['read'], { unchanged => 100 } ], 'nothing to write: no write');

# Each kind of value comes back as the same, however it is written.
my %kinds = (
	name => '  Ünïcode "quoted" \\ ; 100% ', health_score => 12.5, numberofemployees => '0012',
	annualrevenue => 1e3, is_key_account => JSON::PP::true, renewal_date => '2026-01-31', plan => 'team',
	last_sync => '2026-01-31T13:00:00.123456+01:00', products => [ 'web', 'api' ], domain => undef, city => '',
	notes_internal => '2026-01-31', lifecyclestage => 'lead');
foreach my $switches ({}, { number_form => 'shortest', datetime_form => 'millis', string_form => 'trimmed' })
{
	$stand_in->set_switches(%$switches);
	my $key = 'K' . keys %$switches;
	my %sent = %kinds;
	$sent{numberofemployees} = 12 if %$switches;
	$run = $hubspot->deliver(%company, items => [ { key => $key, fields => \%sent } ]);
	is($run->{results}{$key}{outcome}, 'delivered', 'every kind of value is taken');
	$run = $hubspot->deliver(%company, look => 1, items => [ { key => $key, fields => { %sent, products => 'api;web', renewal_date => 1769817600000 } } ]);
	is($run->{results}{$key}{outcome}, 'unchanged', 'and known again');
	foreach my $other ([ name => 'x' ], [ health_score => 12.25 ], [ is_key_account => JSON::PP::false ], [ renewal_date => '2026-02-01' ],
		[ last_sync => '2026-01-31T13:00:00+01:00' ], [ products => ['web'] ], [ domain => 'a.example' ], [ plan => undef ])
	{
		$run = $hubspot->deliver(%company, look => 1, items => [ { key => $key, fields => { %sent, @$other } } ]);
		is($run->{results}{$key}{outcome}, 'delivered', "another $other->[0] is written");
		$hubspot->deliver(%company, items => [ { key => $key, fields => \%sent } ]);
	}
	$stand_in->control(DELETE => 'switches');
}
$run = $hubspot->deliver(object => 'contacts', key_field => 'email',
	items => [ { key => 'Ann@Example.COM', fields => { firstname => 'Ann' } } ]);
ok($run->{results}{'Ann@Example.COM'}{is_created}, 'a contact by e-mail');
$run = $hubspot->deliver(object => 'contacts', key_field => 'email', look => 1,
	items => [ { key => 'Ann@Example.COM', fields => { firstname => 'Ann', email => 'Ann@Example.COM' } } ]);
is($run->{results}{'Ann@Example.COM'}{outcome}, 'unchanged', 'whose address is stored in lower case');
$run = $hubspot->deliver(object => 'contacts', key_field => 'email',
	items => [ map { { key => $_, fields => { firstname => $_ } } } 'bob@example.com', 'Bob@Example.com' ]);
is_deeply([ calls($run), map { $_->{is_created} ? 1 : 0 } @{ $run->{results} }{ 'bob@example.com', 'Bob@Example.com' } ],
	[ [ 'upsert', 'upsert' ], 1, 0 ], 'keys that are one to HubSpot go one after the other');
foreach my $case (qw(exact ignored))
{
	my @keys = ($case, uc $case, ucfirst $case);
	my @cases = map { { key => $_, fields => { name => 'case' } } } @keys;
	$stand_in->set_switches(unique_case => $case);
	$hubspot->deliver(%company, items => [ @cases[ 0, 1 ] ]);
	$run = $hubspot->deliver(%company, look => 1, items => \@cases);
	is_deeply([ map { $run->{results}{$_}{outcome} . ($run->{results}{$_}{is_created} ? '!' : '') } @keys ],
		$case eq 'exact' ? [ 'unchanged', 'unchanged', 'delivered!' ] : [ 'delivered', 'unchanged', 'delivered' ], "keys in capitals, case $case")
	  or diag(explain($run->{results}));
	$stand_in->control(DELETE => 'switches');
}

# Some inputs fail by themselves, some of them alike.
$hubspot->effects;
my $bad = items(B => 10, sub { { name => "B$_[0]", $_[0] == 3 || $_[0] == 4 ? (nonsense => 'x') : (), $_[0] == 5 ? (plan => 'gold') : () } });
foreach my $switches ({}, { group_errors => 'no', error_members => 'few' }, { property_errors => 'structured', group_errors => 'no' })
{
	$stand_in->set_switches(%$switches);
	$run = $hubspot->deliver(%company, items => $bad);
	is_deeply(outcomes($run), { delivered => 7, failed => 3 }, 'three of ten fail');
	is_deeply([ map { $run->{results}{"B-$_"}{code} } 3, 4, 5 ],
		[ 'PROPERTY_DOESNT_EXIST', 'PROPERTY_DOESNT_EXIST', 'INVALID_OPTION' ], 'each for its reason');
	like($run->{results}{'B-3'}{message}, qr/^[^\[{]*Property "nonsense" does not exist$/, 'in plain words');
	is($hubspot->class_of($run->{results}{'B-3'}), 'configuration', 'a missing property is for a person');
	is($hubspot->class_of($run->{results}{'B-5'}), 'permanent', 'a wrong option is the item\'s');
	$stand_in->control(DELETE => 'switches');
}
$stand_in->add_fault(id => 'c', match => { operation => 'batch_upsert' }, fault => 'fail_inputs', times => 1,
	args => { ids => ['B-2'], status => 409, category => 'CONFLICT', message => 'Company already exists. Existing ID: 17' });
$run = $hubspot->deliver(%company, items => $bad);
is_deeply([ @{ $run->{results}{'B-2'} }{qw(outcome code message)} ],
	[ 'failed', 'CONFLICT', 'Company already exists. Existing ID: 17' ], 'a conflict is told');
is($hubspot->class_of($run->{results}{'B-2'}), 'duplicate', 'to be looked for');

# Inputs that an answer does not mention, done or not.
$stand_in->set_faults({ match => { operation => 'batch_upsert' }, fault => 'lose_inputs', times => -1, args => { ids => [ 'L-2', 'L-3' ], effect => JSON::PP::true } });
$run = $hubspot->deliver(%company, items => items(L => 4, sub { { name => "L$_[0]" } }));
is_deeply([ outcomes($run), map { $run->{results}{"L-$_"}{code} } 2, 3 ],
	[ { delivered => 2, failed => 2 }, 'NO_RESULT', 'NO_RESULT' ], 'what the answer leaves out has failed');
is($hubspot->class_of($run->{results}{'L-2'}), 'retry', 'for now');
$stand_in->clear_faults;
$hubspot->effects;
$run = $hubspot->deliver(%company, look => 1, items => items(L => 4, sub { { name => "L$_[0]" } }));
is_deeply([ outcomes($run), scalar $hubspot->effects ], [ { unchanged => 4 }, 0 ], 'and is found at the next look');

# The whole batch fails where HubSpot does not tell inputs apart.
$stand_in->set_switches(partial_update => 'no');
$run = $hubspot->deliver(%company, items => $bad);
is_deeply([ @{ $run->{error} }{qw(status code class)} ], [ 400, 'PROPERTY_DOESNT_EXIST', 'split' ], 'a batch that fails as a whole is split');
$run = $hubspot->deliver(%company, items => [ $bad->[4] ]);
is_deeply([ @{ $run->{error} }{qw(status code class)} ], [ 400, 'INVALID_OPTION', 'split' ], 'down to one');
$stand_in->control(DELETE => 'switches');
$run = $hubspot->deliver(object => 'companies', key_field => 'name', items => [ { key => 'x', fields => {} } ]);
is($hubspot->class_of($run->{results}{x}), 'configuration', 'a key that is not unique') or diag(explain($run));
$run = $hubspot->deliver(object => 'companies', items => [ { key => 'x', fields => {} } ]);
is($run->{results}{x}{code}, 'KEY_FIELD_NEEDED', 'or none');
$run = $hubspot->deliver(object => 'planets', key_field => 'k', items => [ { key => 'x', fields => {} } ]);
is($run->{error}{class}, 'configuration', "no such object ($run->{error}{status})");

# Faults of whole requests.
foreach my $case ([ 'limited', { policy => 'DAILY' }, 429, 'DAILY', 'throttle' ], [ 'locked', {}, 423, 'LOCKED', 'retry' ],
	[ 'migrating', {}, 477, 'MIGRATION_IN_PROGRESS', 'throttle' ], [ 'missing_scope', {}, 403, 'MISSING_SCOPES', 'configuration' ],
	[ 'expired_token', {}, 401, 'EXPIRED_AUTHENTICATION', 'auth' ], [ 'unauthorized', {}, 401, 'INVALID_AUTHENTICATION', 'configuration' ],
	[ 'html_error', { code => 502 }, 502, 'NO_JSON', 'retry' ], [ 'html_error', { code => 403 }, 403, 'NO_JSON', 'retry' ],
	[ 'cut_before', {}, 0, 'NO_JSON', 'retry' ])
{
	my ($fault, $args, @expected) = @$case;
	$stand_in->set_faults({ match => { operation => 'batch_upsert' }, fault => $fault, args => $args, times => 1 });
	$run = $hubspot->deliver(%company, items => items(F => 1, sub { { name => 'F' } }));
	is_deeply([ @{ $run->{error} }{qw(status code class)} ], \@expected, "$fault: $expected[2]");
}

# A lost answer, looked for: no second record.
foreach my $version ('v3', '2026-09')
{
	$hubspot->{version} = $version;
	$hubspot->effects;
	$stand_in->set_faults({ match => { operation => 'batch_upsert' }, fault => 'cut_after', times => 1 });
	$run = $hubspot->deliver(%company, items => items("C$version", 5, sub { { name => 'C' } }));
	is($run->{error}{class}, 'retry', "$version: the answer is lost");
	$run = $hubspot->deliver(%company, look => 1, items => items("C$version", 6, sub { { name => 'C' } }));
	is_deeply([ outcomes($run), scalar(grep { $_->{outcome} eq 'created' } $hubspot->effects) ],
		[ { unchanged => 5, delivered => 1 }, 6 ], 'and no record comes twice');
}
$hubspot->{version} = 'v3';

# Updates by id and by key.
my ($one) = grep { ($_->{properties}{external_id} // '') eq 'A-1' } $hubspot->records('companies');
$run = $hubspot->deliver(object => 'companies', operation => 'update', items => [ { key => $one->{id}, fields => { name => 'By id' } },
	{ key => '999999', fields => { name => 'Nobody' } } ]);
is_deeply([ @{ $run->{results}{ $one->{id} } }{qw(outcome remote_id)}, $run->{results}{999999}{code} ],
	[ 'delivered', $one->{id}, 'OBJECT_NOT_FOUND' ], 'updates by id');
$run = $hubspot->deliver(%company, operation => 'update', items => [ { key => 'A-1', fields => { name => undef } }, { key => 'Nobody', fields => { name => 'x' } } ]);
is_deeply([ $run->{results}{'A-1'}{remote_id}, $run->{results}{Nobody}{code} ], [ $one->{id}, 'OBJECT_NOT_FOUND' ], 'and by key');
($one) = grep { $_->{id} eq $one->{id} } $hubspot->records('companies');
ok(!exists $one->{properties}{name}, 'null clears');
$run = $hubspot->deliver(object => 'companies', operation => 'update', look => 1, items => [ { key => $one->{id}, fields => { name => '' } } ]);
is($run->{results}{ $one->{id} }{outcome}, 'unchanged', 'which a look by id knows');

# Tasks: creates with associations; a search finds what a lost answer made.
$stand_in->set_switches(index_lag => 'none');
my ($contact) = $hubspot->records('contacts');
my @links = ({ object => 'companies', id => $one->{id} }, { object => 'contacts', id => $contact->{id} });
my $tasks = [ map { { key => "Ann's \"$_\"%", links => \@links, fields => { hs_task_subject => 'Call', hs_timestamp => '2026-12-01T09:00:00Z', hs_task_body => "Body $_" } } } 1 .. 12 ];
$hubspot->effects;
$run = $hubspot->deliver(object => 'tasks', operation => 'create', items => $tasks);
is_deeply([ calls($run), outcomes($run) ], [ ['create'], { delivered => 12 } ], 'tasks are made');
my ($task) = grep { $_->{id} eq $run->{results}{ $tasks->[0]{key} }{remote_id} } $hubspot->records('tasks');
is_deeply($task->{associations}, { companies => { $one->{id} => [192] }, contacts => { $contact->{id} => [204] } }, 'with their associations');
like($task->{properties}{hs_task_body}, qr/^Body 1 pendo[0-9a-f]{32}$/, 'and a marker');
$run = $hubspot->deliver(object => 'tasks', operation => 'create', look => 1,
	items => [ @$tasks, { key => '17', fields => { hs_timestamp => '2026-12-01T09:00:00Z' } } ]);
is_deeply([ calls($run), scalar(grep { !$_->{is_created} } values %{ $run->{results} }), scalar(grep { $_->{outcome} eq 'created' } $hubspot->effects) ],
	[ [ 'search', 'search', 'search', 'create' ], 12, 13 ], 'a look finds them by their markers');
$run = $hubspot->deliver(object => 'tasks', operation => 'create', look => 1, items => [ { key => '1', fields => { hs_timestamp => '2026-12-01T09:00:00Z' } } ]);
ok($run->{results}{1}{is_created}, 'a marker that begins like another is another');
$run = $hubspot->deliver(object => 'tasks', operation => 'create', items => [
	{ %{ $tasks->[0] }, links => [ { object => 'planets', id => '1' } ] }, { %{ $tasks->[1] }, links => [ { object => 'companies', id => '1' } ] } ]);
is_deeply([ map { $run->{results}{ $_->{key} }{code} } @$tasks[ 0, 1 ] ], [ 'NO_ASSOCIATION_TYPE', 'OBJECT_NOT_FOUND' ],
	'links that cannot be made fail the item');

# With a unique property on tasks the look is exact, and a create that is there conflicts.
$stand_in->set_switches(index_lag => 'seconds:30', unique_on_tasks => 'allowed', property_delay => 'none');
$hubspot->{http}->post("$stand_in->{url}/crm/v3/properties/tasks", { headers => { authorization => "Bearer $hubspot->{token}", 'content-type' => 'application/json' },
	content => '{"name":"pendo_key","label":"Key","type":"string","fieldType":"text","groupName":"task","hasUniqueValue":true}' });
my %keyed = (object => 'tasks', operation => 'create', key_field => 'pendo_key', items => [ { key => '17', fields => { hs_timestamp => '2026-12-01T09:00:00Z' } } ]);
foreach my $conflict ('409', '400')
{
	$stand_in->set_switches(unique_conflict => $conflict);
	$hubspot->deliver(%keyed);
	$run = $hubspot->deliver(%keyed);
	is($hubspot->class_of($run->{results}{17}), 'duplicate', "a task with that key is there ($conflict)") or diag(explain($run));
}
$run = $hubspot->deliver(%keyed, look => 1);
is_deeply([ calls($run), @{ $run->{results}{17} }{qw(outcome is_created)} ], [ ['read'], 'delivered', JSON::PP::false ], 'and a look finds it');

done_testing();
