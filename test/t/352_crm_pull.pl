
# Pulls from HubSpot and Salesforce: by changes, what was changed, deleted or made anew
# since arrives in the local table, and nothing else is asked for.

use strict;
use warnings;
use JSON::PP ();
use PendoTest;
use Test::More;

my $hubspot = start_stand_in(kind => 'hubspot', switches => { index_lag => 'none', search_limit => 'none' });
my $salesforce = start_stand_in(kind => 'salesforce', switches => { page_size => 'rows:10' });
my $node = new_node();
connect_crm($node, $hubspot, 'hub');
connect_crm($node, $salesforce, 'sf');
$node->safe_psql('postgres', 'CREATE SCHEMA local');

sub pull
{
	my ($source, $target) = @_;

	my ($code, undef, $error) = $node->psql('postgres', "CALL pendo.run_pull('$target')");
	is($code, 0, "$target: pulled") or diag $error;
	unlike($error, qr/WARNING|ERROR/, "$target: without a warning");
	my $difference = $node->safe_psql('postgres', "SELECT count(*) FROM (
		(SELECT to_jsonb(t) - 'deleted_at' FROM $target t EXCEPT SELECT to_jsonb(s) FROM $source s) UNION ALL
		(SELECT to_jsonb(s) FROM $source s EXCEPT SELECT to_jsonb(t) - 'deleted_at' FROM $target t)) d");
	is($difference, 0, "$target: as it is there");
	return;
}

foreach my $source ('hub.company', 'sf.account')
{
	my $target = $source =~ s/^(\w+)\.(\w+)/local.$1_$2/r;
	$node->safe_psql('postgres', "CREATE TABLE $target (LIKE $source, deleted_at timestamptz, PRIMARY KEY (id));
		SELECT pendo.define_pull('$source', '$target', mode => 'changes', key_columns => '{id}', time_column => 'updated_at', is_scheduled => false)");
	pull($source, $target);
}
my @hub = split /\n/, $node->safe_psql('postgres', 'SELECT id FROM hub.company ORDER BY id LIMIT 2');
my @sf = split /\n/, $node->safe_psql('postgres', 'SELECT id FROM sf.account ORDER BY id LIMIT 2');
$hubspot->control(POST => 'hand', { object => 'companies', id => $hub[0], properties => { name => 'Renamed' } });
$hubspot->control(POST => 'hand', { object => 'companies', properties => { name => 'New' } });
$hubspot->control(POST => 'hand', { object => 'companies', id => $hub[1], archive => JSON::PP::true() });
$salesforce->control(POST => 'change', { do => 'update', id => $sf[0], fields => { Name => 'Renamed' } });
$salesforce->control(POST => 'change', { do => 'create', object => 'Account', fields => { Name => 'New' } });
$salesforce->control(POST => 'change', { do => 'delete', id => $sf[1] });
$_->clear_log foreach $hubspot, $salesforce;
pull('hub.company', 'local.hub_company');
pull('sf.account', 'local.sf_account');
is($node->safe_psql('postgres', "SELECT is_deleted FROM local.sf_account WHERE id = '$sf[1]'"), 't', 'what was deleted is marked');
is($node->safe_psql('postgres', "SELECT is_archived FROM local.hub_company WHERE id = '$hub[1]'"), 't', 'what was archived is marked');
is($node->safe_psql('postgres', "SELECT count(*) FROM local.hub_company WHERE name IN ('New', 'Renamed')"), 2, 'what was changed is here');
ok(!!(grep { ($_->{operation} // '') eq 'search' } $hubspot->log), 'changes were searched for');
done_testing();
