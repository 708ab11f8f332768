#!/usr/bin/perl

# How much of HubSpot's allowed rate deliveries use: alone, and beside another client that
# comes later and takes half of it, evenly.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;
use DeliveryBench;
use HTTP::Tiny;
use LiveSession;
use PendoTest;
use Time::HiRes qw(sleep clock_gettime CLOCK_MONOTONIC);

my $seconds = parameter('LONG') ? 60 : 20;
my ($limit, $window) = (190, 10);    # HubSpot's
my $allowed = $limit / $window;
my $http = HTTP::Tiny->new(proxy => undef, http_proxy => undef);
my $stand_in = start_stand_in(kind => 'hubspot', size => 0);
my $node = delivery_node('rate');
my $delivery;

# No more in a window than the burst and what flows in meanwhile.
delivery_connection($node, 'hubspot', $stand_in->url, $stand_in->{portal_id},
	mapping => "access_token '$stand_in->{token}'",
	requests_per_second => ($limit - 5) / $window, request_burst => 5);

# Deliver full batches, more than the rate lets through in so many seconds.
sub start_delivery
{
	my ($time) = @_;
	my $count = int($time * $allowed) + 100;

	$node->safe_psql('postgres', 'TRUNCATE pendo.outbox, pendo.delivery, pendo.waiting, pendo.lane;'
		  . ' INSERT INTO pendo.outbox (connection, object, key_field, key, fields) '
		  . item_sql('hubspot', $count * 100, 1));
	$stand_in->control(DELETE => 'limits');
	$stand_in->clear_log;
	$delivery = LiveSession->new($node);
	$delivery->start('CALL pendo.deliver()');
	return;
}

sub end_delivery
{
	$node->safe_psql('postgres', 'SELECT pg_cancel_backend(' . $delivery->backend . ')');
	$delivery->finish;
	return;
}

# The times of the stand-in's log are of this clock, too.
sub now { return clock_gettime(CLOCK_MONOTONIC) }

# What began within so many seconds from then on: our requests, and the other client's, each
# as [ how many, how many of these were refused ].  Nothing that comes before or after counts,
# nor how long it takes to fetch the log.
sub requests_of
{
	my ($from, $time) = @_;
	my @log = grep { $_->{at} >= $from * 1000 && $_->{at} < ($from + $time) * 1000 } $stand_in->log;
	my @kinds = ([ grep { $_->{path} =~ /batch/ } @log ], [ grep { $_->{method} eq 'GET' } @log ]);

	return map { [ scalar @$_, scalar grep { $_->{status} == 429 } @$_ ] } @kinds;
}

sub alone
{
	start_delivery($seconds + 3);
	sleep 1;
	my $began = now();
	sleep $seconds;
	my ($ours) = requests_of($began, $seconds);
	end_delivery();
	return $ours;
}

# The other client comes when a window has been filled.
sub beside_another
{
	sleep $window;
	start_delivery($seconds + $window + 3);
	sleep $window;
	my $began = now();
	for (my $asked = 1; now() < $began + $seconds; $asked++)
	{
		$http->request('GET', $stand_in->url . '/crm/v3/objects/companies?limit=1',
			{ headers => { Authorization => "Bearer $stand_in->{token}" } });
		my $pause = $began + $asked / ($allowed / 2) - now();
		sleep $pause if $pause > 0;
	}
	my @both = requests_of($began, $seconds);
	end_delivery();
	return \@both;
}

my ($count, $refused) = @{ Bench::undisturbed(\&alone) };
figure('share of an allowed rate that is used', $count / $seconds / $allowed, at_least => 1, gate => 0.95,
	note => "$count requests in $seconds s");
figure('answers 429', $refused, format => '%d', gate => 0);

my ($ours, $other) = @{ Bench::undisturbed(\&beside_another) };
figure('beside another client: its share refused', $other->[1] / $other->[0], gate => 0.05,
	note => "$other->[1] of $other->[0]");
my $left = $seconds * $allowed - ($other->[0] - $other->[1]);
figure('what is left of the rate, used by us', ($ours->[0] - $ours->[1]) / $left, at_least => 1, gate => 0.8,
	note => "$ours->[0] requests, $ours->[1] refused");
finish();
