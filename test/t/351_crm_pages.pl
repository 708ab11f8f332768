
# Pages of HubSpot and Salesforce: failures on the way, records that change meanwhile,
# limits, and pages that are fetched ahead of a pull.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $hubspot = start_stand_in(kind => 'hubspot', size => 150, switches => { index_lag => 'none', search_limit => 'none' });
my $salesforce = start_stand_in(kind => 'salesforce', switches => { page_size => 'rows:10' });
my $node = new_node();
connect_crm($node, $hubspot, 'hub', max_attempts => 3);
connect_crm($node, $salesforce, 'sf', max_attempts => 3);

sub pages
{
	my ($stand_in, $operation) = @_;

	return scalar grep { ($_->{operation} // $_->{source} // '') =~ /^$operation/ } $stand_in->log;
}

my %case = (
	hub => { stand_in => $hubspot, query => 'SELECT count(DISTINCT id) || count(*)::text FROM hub.contact', match => 'operation', page => 'list', first => 'list' },
	search => { stand_in => $hubspot, query => "SELECT count(DISTINCT id) || count(*)::text FROM hub.contact WHERE updated_at > '2000-01-01'",
		match => 'operation', page => 'search' },
	sf => { stand_in => $salesforce, query => 'SELECT count(DISTINCT id) || count(*)::text FROM sf.contact', match => 'source', page => 'query_more' });
foreach my $name (sort keys %case)
{
	my ($stand_in, $query, $match, $page) = @{ $case{$name} }{qw(stand_in query match page)};
	$stand_in->clear_log;
	my $rows = $node->safe_psql('postgres', $query);
	cmp_ok(pages($stand_in, $page), '>=', 3, "$name: several pages");
	foreach my $fault (
		[ cut_before => {} ], [ cut_body => { how => 'rst' } ], [ html_error => { code => 502 } ],
		[ status => { code => 500, body => '{}' } ],
		$name eq 'sf' ? ([ server_unavailable => {} ], [ concurrency => {} ]) : [ limited => { policy => 'TEN_SECONDLY_ROLLING' } ])
	{
		my ($kind, $args) = @$fault;
		$stand_in->set_faults({ id => 'f', fault => $kind, args => $args, times => 1,
			match => { $match => $page, skip => 1, $kind eq 'cut_body' ? (after_bytes => 300) : () } });
		is($node->safe_psql('postgres', $query), $rows, "$name: all rows after $kind on a later page");
		is($stand_in->fired('f'), 1, "$name: $kind was met");
	}
	$stand_in->set_faults({ id => 'f', fault => 'broken_json', args => { how => 'truncate' }, times => -1, match => { $match => $page } });
	isnt(sqlstate_of($node, $query), '00000', "$name: broken JSON is an error");
	$stand_in->set_faults({ id => 'f', fault => 'cut_before', times => -1, match => { $match => $page } });
	is(sqlstate_of($node, $query), '08006', "$name: a page that never comes is an error");
	$stand_in->clear_faults;
}

$salesforce->set_faults({ id => 'f', fault => 'quota', times => -1, match => { source => 'query' } });
is(sqlstate_of($node, 'SELECT count(*) FROM sf.account'), '53400', "Salesforce's day is used up");
$salesforce->clear_faults;

# A page that leads nowhere, or to somebody else.
foreach my $next ('"/services/data/../../evil"', '"https://evil.example/services/data/x"', '"//evil.example/"')
{
	$salesforce->set_faults({ id => 'next', fault => 'status', times => -1, match => { source => 'query' },
		args => { code => 200, content_type => 'application/json',
			body => qq({"totalSize":1,"done":false,"nextRecordsUrl":$next,"records":[{"Id":"001000000000001AAA"}]}) } });
	$salesforce->clear_log;
	my $state = sqlstate_of($node, 'SELECT count(*) FROM sf.account');
	isnt($state, '00000', "a next page $next is refused");
}
$salesforce->clear_faults;
$hubspot->set_faults({ id => 'next', fault => 'status', times => -1, match => { operation => 'list' },
	args => { code => 200, content_type => 'application/json',
		body => '{"results":[{"id":"1","properties":{}}],"paging":{"next":{"after":"7"}}}' } });
is(sqlstate_of($node, 'SELECT count(*) FROM hub.company'), 'HV004', 'a next page that is the same one is refused');
$hubspot->clear_faults;

# Locators that end: an error, for rows have left.
{
	my $session = LiveSession->new($node);
	$salesforce->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 1 }, times => 1, match => { source => 'query_more', skip => 1 } });
	$session->start('SELECT count(*) FROM sf.contact');
	my $until = time + 20;
	sleep 0.05 until $salesforce->fired('slow') || time > $until;
	$salesforce->control(DELETE => 'locators');
	my ($state, undef, $error) = $session->finish;
	isnt($state, '00000', 'a query whose locator ended');
	like($error, qr/INVALID_QUERY_LOCATOR|locator/, 'tells so');
	$salesforce->clear_faults;
}

# Records that change while pages are read: each that was there throughout comes once.
{
	my @before = split /\n/, $node->safe_psql('postgres', 'SELECT id FROM hub.company');
	my $session = LiveSession->new($node);
	$hubspot->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 1 }, times => 1, match => { operation => 'search', skip => 0 } });
	$session->start(q{SELECT id FROM hub.company WHERE updated_at > '2000-01-01'});
	my $until = time + 20;
	sleep 0.05 until $hubspot->fired('slow') || time > $until;
	$hubspot->control(POST => 'hand', { object => 'companies', id => $_, properties => { name => "changed $_" } }) foreach @before[ 0, 1, -1 ];
	my ($state, $output) = $session->finish;
	is($state, '00000', 'a search while records change');
	my %times;
	$times{$_}++ foreach split /\n/, $output;
	is(join(' ', grep { ($times{$_} // 0) != 1 } @before), '', 'every record came once');
	$hubspot->clear_faults;
}

# A pull's pages are followed before anybody reads them.
foreach my $table ('hub.contact', 'sf.contact')
{
	my ($stand_in) = $table =~ /hub/ ? $hubspot : $salesforce;
	my $session = LiveSession->new($node);
	my $rows = $session->value("SELECT count(t) FROM $table t");
	$stand_in->clear_log;
	my ($state, $output) = $session->run("BEGIN; CALL pendo._fetch('SELECT * FROM $table', false, 0, 0, '', '', '')");
	is($state, '00000', "$table: fetched ahead") or diag $output;
	cmp_ok(scalar(@{ [ $stand_in->log ] }), '>=', 3, "$table: all pages");
	$stand_in->clear_log;
	($state, $output) = $session->run("CREATE TEMP TABLE t AS SELECT * FROM $table");
	is($state, '00000', "$table: read");
	is(scalar(@{ [ $stand_in->log ] }), 0, "$table: without asking again");
	is($session->value('SELECT count(*) FROM t'), $rows, "$table: all rows");
	$session->run('DROP TABLE t');
	$session->run('COMMIT');
}

# More properties than an address holds: lists of ids, then batches; the same rows, also
# where a page is damaged, and fetched ahead.
{
	my $columns = join ', ', map { "c$_ text OPTIONS (field 'properties.a_property_with_quite_a_long_name_$_')" } 1 .. 120;
	$node->safe_psql('postgres', "CREATE FOREIGN TABLE hub.wide (id text, name text, is_archived boolean, $columns) SERVER hub OPTIONS (object 'contact')");
	$node->safe_psql('postgres', "ALTER FOREIGN TABLE hub.wide ALTER name OPTIONS (ADD field 'properties.email')");
	my $rows = $node->safe_psql('postgres', 'SELECT id, email, is_archived FROM hub.contact ORDER BY 1');
	my $query = "SELECT id, name, is_archived FROM hub.wide w WHERE w::text <> '' ORDER BY 1";
	$hubspot->clear_log;
	is($node->safe_psql('postgres', $query), $rows, 'very many properties');
	cmp_ok(pages($hubspot, 'batch_read'), '>=', 6, 'are read in batches');
	$hubspot->set_faults(map { { id => $_, fault => 'cut_body', times => 1, match => { operation => $_, skip => 2, after_bytes => 300 } } } 'list', 'batch_read');
	is($node->safe_psql('postgres', $query), $rows, 'also where pages are cut');
	is($hubspot->fired($_), 1, "$_ was cut") foreach 'list', 'batch_read';
	$hubspot->clear_faults;
	my $session = LiveSession->new($node);
	is(($session->run("BEGIN; CALL pendo._fetch('SELECT * FROM hub.wide', false, 0, 0, '', '', '')"))[0], '00000', 'fetched ahead');
	$hubspot->clear_log;
	is(($session->run('CREATE TEMP TABLE w AS SELECT * FROM hub.wide'))[0], '00000', 'read');
	is(scalar(@{ [ $hubspot->log ] }), 0, 'without asking again');
	is($session->value('SELECT count(*) || count(DISTINCT id)::text FROM w'), $session->value('SELECT count(t) || count(DISTINCT t.id)::text FROM hub.contact t'), 'all rows once');
	$session->run('COMMIT');
}

# The search has a budget of its own, below five a second for the account.
$hubspot->set_switches(search_limit => 'requests:5');
connect_crm($node, $hubspot, 'polite', searches_per_second => 4);
$hubspot->clear_log;
{
	my @sessions = map { LiveSession->new($node) } 1 .. 3;
	$_->start(join ';', (q{SELECT count(*) FROM polite.company WHERE updated_at > now() - interval '1 hour'}) x 4) foreach @sessions;
	my $states = join ' ', map { ($_->finish)[0] } @sessions;
	is($states, '00000 00000 00000', 'searches of three sessions');
	is(scalar(grep { $_->{status} == 429 } $hubspot->log), 0, 'none is one too many');
	cmp_ok(pages($hubspot, 'search'), '>=', 12, 'twelve were asked');
}
done_testing();
