
# Salesforce's delivery steps against the stand-in: what they ask for, and what comes of it.

use strict;
use warnings;
use utf8;
use DeliverySteps;
use JSON::PP;
use PendoTest;
use Test::More;

my $node = new_node();
my $stand_in = start_stand_in(kind => 'salesforce');
my $salesforce = DeliverySteps->new($node, salesforce => $stand_in);
my %account = (object => 'Account', key_field => 'Pendo_Key__c');

sub items { my ($prefix, $count, $fields) = @_; return [ map { { key => "$prefix-$_", fields => $fields->($_) } } 1 .. $count ] }
sub outcomes { my %n; $n{ $_->{outcome} }++ foreach values %{ $_[0]{results} }; return \%n }
sub calls { return [ map { "$_->{method} " . ($_->{path} =~ s{^/services/data/v68\.0/}{}r =~ s/\?.*//r) } @{ $_[0]{requests} } ] }
sub actions { my %n; $n{ $_->{action} }++ foreach $salesforce->effects; return \%n }

# Two hundred upserts, twice.
my $run = $salesforce->deliver(%account, items => items(A => 200, sub { { Name => "Name $_[0]", Pendo_Score__c => $_[0] + 0.5 } }));
is_deeply([ calls($run), outcomes($run), actions() ],
	[ ['PATCH composite/sobjects/Account/Pendo_Key__c'], { delivered => 200 }, { created => 200 } ], 'two hundred upserts');
my %id = map { $_->{Pendo_Key__c} // '' => $_->{Id} } $salesforce->records('Account');
is(scalar(grep { $run->{results}{$_}{remote_id} eq $id{$_} && $run->{results}{$_}{is_created} } keys %{ $run->{results} }), 200, 'each knows its record');
my $mixed = items(A => 200, sub { { Name => "Name $_[0]", Pendo_Score__c => $_[0] % 2 ? $_[0] + 0.5 : 1 } });
$run = $salesforce->deliver(%account, look => 1, items => $mixed);
is_deeply([ outcomes($run), actions() ], [ { unchanged => 100, delivered => 100 }, { updated => 100 } ], 'a look leaves out what is unchanged');
is(calls($run)->[0], 'GET query', 'by queries');
my $long = items('é' x 80, 200, sub { { Name => 'Long' } });
$run = $salesforce->deliver(%account, look => 1, items => $long);
$run = $salesforce->deliver(%account, look => 1, items => $long);
is_deeply([ outcomes($run), actions() ], [ { unchanged => 200 }, { created => 200 } ], 'long keys');
is(scalar(grep { length $_->{path} > 8200 } @{ $run->{requests} }), 0, 'are looked for by addresses that are not too long');
ok(@{ $run->{requests} } > 5, 'so that there are several');
$stand_in->set_switches(page_size => 'rows:7');
$run = $salesforce->deliver(%account, look => 1, items => $mixed);
is_deeply([ outcomes($run), actions() ], [ { unchanged => 200 }, {} ], 'pages are followed to the end');
$stand_in->control(DELETE => 'switches');

# Values of each kind, and keys that need care.
my $parent = $id{'A-1'};
my @hostile = ("O'Brien", 'back\\slash', '\\', "\\'", '"double"', '100%', 'under_score', 'line' . "\n" . 'break', "tab\there", 'Zürich 東京 🎉', 'a+b&c=d?e#f/g', ") OR Name != '", ' x');
my %kinds = (
	Name => 'Ünïcode "quoted" \\ \' 100%', Pendo_Score__c => 12.5, Pendo_Events__c => 1e3, NumberOfEmployees => 12, Pendo_Active__c => JSON::PP::true,
	Pendo_Last_Visit__c => '2026-01-31T13:00:00.123456+01:00', Pendo_First_Visit__c => '2026-01-31', Pendo_Health__c => 'Green',
	Pendo_Tags__c => [ 'New', 'Champion' ], Phone => undef, Website => '', ParentId => $parent, Pendo_Url__c => 'https://example.com/?a=b');
$run = $salesforce->deliver(%account, items => [ map { { key => $_, fields => { %kinds, $_ eq "O'Brien" ? (Pendo_Note__c => 'n') : () } } } @hostile ]);
is_deeply([ outcomes($run), actions() ], [ { delivered => 13 }, { created => 13 } ], 'every kind of value and key is taken');
foreach my $switches ({}, { whole_numbers => 'integer', unknown_members => 'some' })
{
	$stand_in->set_switches(%$switches);
	$run = $salesforce->deliver(%account, look => 1, items => [ map { { key => $_, fields => { %kinds, Pendo_Tags__c => 'Champion;New', Pendo_Key__c => $_ } } } @hostile ]);
	is_deeply([ outcomes($run), actions() ], [ { unchanged => 13 }, {} ], 'and known again') or diag(explain($run));
	$stand_in->control(DELETE => 'switches');
}
foreach my $other ([ Name => 'x' ], [ Pendo_Score__c => 12.25 ], [ Pendo_Active__c => JSON::PP::false ], [ Pendo_First_Visit__c => '2026-02-01' ],
	[ Pendo_Last_Visit__c => '2026-01-31T13:00:01+01:00' ], [ Pendo_Tags__c => ['New'] ], [ Phone => '1' ], [ Pendo_Health__c => undef ], [ ParentId => undef ])
{
	$run = $salesforce->deliver(%account, look => 1, items => [ { key => "O'Brien", fields => { %kinds, @$other } } ]);
	is_deeply([ outcomes($run), actions() ], [ { delivered => 1 }, { updated => 1 } ], "another $other->[0] is written");
	$salesforce->deliver(%account, items => [ { key => "O'Brien", fields => \%kinds } ]);
	$salesforce->effects;
}
$run = $salesforce->deliver(object => 'Contact', key_field => 'Pendo_Key__c',
	items => [ { key => 'c1', fields => { LastName => 'L', Account => { Pendo_Key__c => 'A-2' } } }, { key => 'c2', fields => { LastName => 'L', Account => { Pendo_Key__c => 'nowhere' } } } ]);
is_deeply([ $run->{results}{c1}{outcome}, $salesforce->class_of($run->{results}{c2}) ], [ 'delivered', 'retry' ], 'a parent by its key; one that is not there yet')
	or diag(explain($run));
$run = $salesforce->deliver(object => 'Contact', key_field => 'Pendo_Key__c', look => 1,
	items => [ map { { key => "c$_", fields => { LastName => 'L', Account => { Pendo_Key__c => "A-$_" } } } } 1, 2 ]);
is_deeply([ map { $run->{results}{$_}{outcome} } 'c1', 'c2' ], [ 'delivered', 'delivered' ], 'another parent is another value');
$run = $salesforce->deliver(object => 'Contact', key_field => 'Pendo_Key__c', look => 1,
	items => [ { key => 'c1', fields => { LastName => 'L', Account => { attributes => { type => 'Account' }, Pendo_Key__c => 'A-1' } } } ]);
is($run->{results}{c1}{outcome}, 'unchanged', 'the same parent is not');

# Keys that differ in case alone; keys that are numbers.
$run = $salesforce->deliver(%account, key_field => 'Pendo_Code__c', items => [ map { { key => $_, fields => { Name => $_ } } } 'abc', 'ABC' ]);
is_deeply([ scalar @{ $run->{requests} }, map { $run->{results}{$_}{is_created} ? 1 : 0 } 'abc', 'ABC' ], [ 2, 1, 0 ], 'keys that are one to Salesforce go one after the other');
$run = $salesforce->deliver(%account, key_field => 'Pendo_Code__c', look => 1, items => [ { key => 'Abc', fields => { Name => 'ABC' } } ]);
is($run->{results}{Abc}{outcome}, 'unchanged', 'and are found');
$run = $salesforce->deliver(%account, look => 1, items => [ map { { key => $_, fields => { Name => $_ } } } 'case', 'CASE' ]);
is_deeply([ map { $run->{results}{$_}{is_created} ? 1 : 0 } 'case', 'CASE' ], [ 1, 1 ], 'where case counts they are two');
$run = $salesforce->deliver(%account, look => 1, items => [ map { { key => $_, fields => { Name => 'case' } } } 'case', 'CASE', 'Case' ]);
is_deeply([ map { $run->{results}{$_}{outcome} } 'case', 'CASE', 'Case' ], [ 'unchanged', 'delivered', 'delivered' ], 'and are told apart');
my @numbered = map { { key => "$_", fields => { Name => "N$_", Legacy_Number__c => $_ } } } 17, 18;
$run = $salesforce->deliver(%account, key_field => 'Legacy_Number__c', items => \@numbered);
is_deeply(outcomes($run), { delivered => 2 }, 'keys that are numbers') or diag(explain($run));
$run = $salesforce->deliver(%account, key_field => 'Legacy_Number__c', look => 1, items => \@numbered);
is_deeply(outcomes($run), { unchanged => 2 }, 'and are found again') or diag(explain($run));
$salesforce->effects;

# Some records fail.
$stand_in->set_faults({ match => { source => 'collection_upsert' }, fault => 'row_lock', args => { keys => ['B-2'] }, times => 1 });
$run = $salesforce->deliver(%account, items => items(B => 5, sub { { Name => $_[0] == 3 ? undef : 'B', $_[0] == 4 ? (Pendo_Note__c => 'x' x 21) : () } }));
is_deeply([ map { my $r = $run->{results}{"B-$_"}; $r->{code} ? ($r->{code}, $salesforce->class_of($r)) : $r->{outcome} } 1 .. 5 ],
	[ 'delivered', 'UNABLE_TO_LOCK_ROW', 'retry', 'REQUIRED_FIELD_MISSING', 'permanent', 'STRING_TOO_LONG', 'permanent', 'delivered' ], 'records fail by themselves');
is_deeply(actions(), { created => 2 }, 'and the others are written');
$stand_in->set_switches(errors_per_row => 'all');
$run = $salesforce->deliver(%account, items => [ { key => 'E', fields => { Name => 'E', Pendo_Note__c => 'x' x 21, Pendo_Health__c => 'Blue' } } ]);
like($run->{results}{E}{message}, qr/too large.*; .*restricted picklist/, 'all that is wrong is told');
$stand_in->control(DELETE => 'switches');
$salesforce->{stand_in}->control(POST => 'change', { do => 'create', object => 'Account', fields => { Name => 'T', Legacy_Key__c => 'twice' } }) foreach 1, 2;
$run = $salesforce->deliver(%account, key_field => 'Legacy_Key__c', items => [ { key => 'twice', fields => { Name => 'T' } } ], look => 1);
is($run->{results}{twice}{code}, 'DUPLICATE_EXTERNAL_ID', 'a key that two records have');

# A call fails as a whole.
foreach my $case ([ { Nonsense__c => 1 }, 400, 'INVALID_FIELD', 'configuration' ], [ { Pendo_Score__c => 'text' }, 400, 'JSON_PARSER_ERROR', 'split' ])
{
	my ($fields, @expected) = @$case;
	foreach my $look (0, $expected[1] eq 'INVALID_FIELD' ? 1 : ())
	{
		$run = $salesforce->deliver(%account, look => $look, items => [ { key => 'W', fields => { Name => 'W', %$fields } } ]);
		is_deeply([ @{ $run->{error} }{qw(status code class)} ], \@expected, "$expected[1], look $look");
	}
}
$stand_in->set_switches(unknown_field => 'row');
$run = $salesforce->deliver(%account, items => [ { key => 'W', fields => { Name => 'W', Nonsense__c => 1 } } ]);
is($salesforce->class_of($run->{results}{W}), 'configuration', 'an unknown field that fails its record alone');
$stand_in->control(DELETE => 'switches');
foreach my $wrong ({ object => 'Planet', key_field => 'K__c' }, { object => 'Account', key_field => 'Nonsense__c' }, { object => 'Account', key_field => 'Name' })
{
	$run = $salesforce->deliver(%$wrong, items => [ { key => 'x', fields => { Name => 'x' } } ]);
	is($run->{error}{class}, 'configuration', "$wrong->{object}.$wrong->{key_field} ($run->{error}{status} $run->{error}{code})");
}
$run = $salesforce->deliver(object => 'Account', items => [ { key => 'x', fields => {} } ]);
is($run->{results}{x}{code}, 'KEY_FIELD_NEEDED', 'an upsert without a key field');
foreach my $case ([ 'quota', {}, 403, 'REQUEST_LIMIT_EXCEEDED', 'throttle' ], [ 'concurrency', {}, 403, 'REQUEST_LIMIT_EXCEEDED', 'throttle' ],
	[ 'server_unavailable', {}, 503, 'SERVER_UNAVAILABLE', 'retry' ], [ 'unknown_exception', {}, 500, 'UNKNOWN_EXCEPTION', 'retry' ],
	[ 'too_long', {}, 400, 'REQUEST_RUNNING_TOO_LONG', 'split' ], [ 'maintenance', {}, 400, 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'retry' ],
	[ 'html_error', { code => 503 }, 503, 'NO_JSON', 'retry' ], [ 'cut_before', {}, 0, 'NO_JSON', 'retry' ])
{
	my ($fault, $args, @expected) = @$case;
	$stand_in->set_faults({ match => { source => 'collection_upsert' }, fault => $fault, args => $args, times => 1 });
	$run = $salesforce->deliver(%account, items => items(F => 1, sub { { Name => 'F' } }));
	is_deeply([ @{ $run->{error} }{qw(status code class)} ], \@expected, "$fault: $expected[2]");
}
$salesforce->effects;

# A lost answer, looked for: no second record.
$stand_in->set_faults({ match => { source => 'collection_upsert' }, fault => 'cut_after', times => 1 });
$run = $salesforce->deliver(%account, items => items(C => 5, sub { { Name => 'C' } }));
is($run->{error}{class}, 'retry', 'the answer is lost');
$run = $salesforce->deliver(%account, look => 1, items => items(C => 6, sub { { Name => 'C' } }));
is_deeply([ outcomes($run), actions() ], [ { unchanged => 5, delivered => 1 }, { created => 6 } ], 'and no record comes twice');

# Updates by id and by key.
$run = $salesforce->deliver(object => 'Account', operation => 'update', items => [ { key => $id{'A-1'}, fields => { Name => 'By id' } }, { key => '001000000000001AAA', fields => { Name => 'x' } } ]);
is_deeply([ @{ $run->{results}{ $id{'A-1'} } }{qw(outcome remote_id)}, $run->{results}{'001000000000001AAA'}{code} ],
	[ 'delivered', $id{'A-1'}, 'INVALID_CROSS_REFERENCE_KEY' ], 'updates by id');
$run = $salesforce->deliver(object => 'Account', operation => 'update', look => 1, items => [ { key => substr($id{'A-1'}, 0, 15), fields => { Name => 'By id' } } ]);
is_deeply(outcomes($run), { unchanged => 1 }, 'which a look knows by the short form, too');
$run = $salesforce->deliver(%account, operation => 'update', items => [ { key => 'A-1', fields => { Name => 'By key' } }, { key => 'Nobody', fields => { Name => 'x' } } ]);
is_deeply([ @{ $run->{results}{'A-1'} }{qw(outcome remote_id is_created)}, $run->{results}{Nobody}{code}, calls($run) ],
	[ 'delivered', $id{'A-1'}, JSON::PP::false, 'NOT_FOUND', [ 'GET query', 'PATCH composite/sobjects' ] ], 'and by key, which makes none');
$run = $salesforce->deliver(%account, key_field => 'Legacy_Key__c', operation => 'update', items => [ { key => 'twice', fields => { Name => 'T' } } ]);
is($run->{results}{twice}{code}, 'DUPLICATE_EXTERNAL_ID', 'and by a key that two have, none');
$stand_in->set_switches(page_size => 'rows:3');
$run = $salesforce->deliver(%account, operation => 'update', look => 1, items => items(A => 10, sub { { Name => $_[0] == 2 ? 'New' : $_[0] == 1 ? 'By key' : "Name $_[0]" } }));
is_deeply(outcomes($run), { unchanged => 9, delivered => 1 }, 'page by page');
$stand_in->control(DELETE => 'switches');

# Tasks: by an external id field, or else by a marker.
$salesforce->effects;
foreach my $key_field ('Pendo_Key__c', undef)
{
	my $tasks = [ map { { key => "Ann's \"$_\"%", fields => { Subject => "Call \\ 'her' " . 'x' x 250, WhatId => $id{'A-1'} } } } 1 .. 4 ];
	my %task = (object => 'Task', operation => 'create', key_field => $key_field, items => $tasks);
	my $name = $key_field // 'a marker';
	$_->{fields}{Subject} = 'Call' foreach defined $key_field ? @$tasks : ();
	$stand_in->set_faults({ match => { path => '/services/data/v68.0/composite/sobjects' }, fault => 'cut_after', times => 1 });
	$run = $salesforce->deliver(%task);
	is_deeply([ $run->{error}{class}, actions() ], [ 'retry', { created => 4 } ], "$name: tasks are made, the answer is lost");
	push @$tasks, { key => 'Ann', fields => { Subject => 'New' } };
	$run = $salesforce->deliver(%task, look => 1);
	is_deeply([ outcomes($run), scalar(grep { $_->{is_created} } values %{ $run->{results} }), actions() ], [ { delivered => 5 }, 1, { created => 1 } ],
		"$name: and found");
}

done_testing();
