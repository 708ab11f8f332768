# DeliveryBench: what the measurements of deliveries share.
#
#   use lib "$ENV{WORK}/tree/test/bench";
#   use DeliveryBench;
#   my $node = delivery_node('bench', preload => 1);
#   delivery_connection($node, 'hubspot', $url, $organisation, request_burst => 5);
#   item_sql('hubspot', 1000);     # a SELECT that gives so many items

package DeliveryBench;

use strict;
use warnings;
use Exporter 'import';
use PendoTest;

our @EXPORT = qw(delivery_node delivery_connection kind_of item_sql);

# What is delivered to each: object, its key, then fields.
my %kind = (
	hubspot => [ 'companies', 'external_id', 'name', 'pendo_health', 'pendo_last_visit' ],
	salesforce => [ 'Account', 'Pendo_Key__c', 'Name', 'Pendo_Health__c', 'Pendo_Last_Visit__c' ]);

sub kind_of { return @{ $kind{ $_[0] } } }

sub delivery_node
{
	my ($name, %options) = @_;
	my $settings = delete $options{settings} // {};

	return new_node(name => $name, settings => { shared_buffers => '1GB', max_wal_size => '8GB',
		autovacuum => 'off', 'pendo_fdw.environment' => 'bench', %$settings }, %options);
}

# A server, named as the kind of its items is.
sub delivery_connection
{
	my ($node, $name, $url, $org, %options) = @_;
	my $wrapper = "${name}_fdw";
	my $mapping = delete $options{mapping} // "access_token 'token'";
	my $address = $name eq 'hubspot' ? 'base_url' : 'login_url';

	%options = ($address => $url, environment => 'bench', expected_org => $org, requests_per_second => 10000,
		request_burst => 10000, %options);
	my $list = join ', ', map { "$_ '$options{$_}'" } sort keys %options;
	$node->safe_psql('postgres', "CREATE SERVER $name FOREIGN DATA WRAPPER $wrapper OPTIONS ($list);"
		  . " CREATE USER MAPPING FOR PUBLIC SERVER $name OPTIONS ($mapping)");
	return;
}

# Items of a connection, each with three fields, or with the first one or two of them.
sub item_sql
{
	my ($name, $count, $field_count) = @_;
	my ($object, $key_field, @fields) = kind_of($name);
	my @values = (q{'Company ' || i}, 'i % 100', q{'2026-01-05'});
	my $pairs = join ', ', map { "'$fields[$_]', $values[$_]" } 0 .. ($field_count // @fields) - 1;

	return "SELECT '$name'::name, '$object', '$key_field', 'key-' || i, jsonb_build_object($pairs)"
	  . " FROM generate_series(1, $count) i";
}

1;
