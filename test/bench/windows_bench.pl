#!/usr/bin/perl

# Many windows that a slow server thinks about for two seconds each, four at a
# time: the time that this must take, and the time that it takes.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;
use PendoTest;

my ($windows, $at_once, $seconds) = (32, 4, 2);
my $least = $windows / $at_once * $seconds;
my %range = (from => '2024-05-10', to => '2024-06-10');    # 32 days

my $stand_in = start_stand_in(now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
connect_live($node, $stand_in, tables => ['feature_event'],
	server => { max_requests => $at_once, requests_per_second => 1000, request_burst => 1000 });
my $sql = "SELECT count(*) FROM live.feature_event WHERE day BETWEEN '$range{from}' AND '$range{to}'";
my $rows = $node->safe_psql('postgres', $sql);
die "no rows in these windows\n" if $rows == 0;

my (@took, @floor);
foreach my $round (1 .. parameter('ROUNDS'))
{
	$stand_in->set_faults({ id => 'slow', match => { path => '/api/v1/aggregation' },
		fault => 'slow_first_byte', args => { seconds => $seconds }, times => $windows });
	my ($time, $out) = timed_session($node, "\\timing on\n$sql;\n");

	die "other rows: $out, not $rows\n" unless $out =~ /^$rows$/m;
	my $fired = $stand_in->fired('slow');
	die "$fired windows were slow, not $windows\n" if $fired != $windows;
	push @took, $time;
	push @floor, $least;
}
ratio("$windows windows of $seconds s, $at_once at a time / $least s", \@took, \@floor, aim => 1.1, gate => 1.2);
finish();
