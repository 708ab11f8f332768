#!/usr/bin/perl

# Private memory of a scanning backend: its peak over many rows against that
# over few.  BENCH_LONG=1 adds a scan of ten times as many.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;

my $rows = parameter('ROWS');
my %rows_of = (few => $rows / 10, many => $rows, ($ENV{BENCH_LONG} ? (most => $rows * 10) : ()));
my @ways = qw(plain tls_gzip);
my @sizes = grep { $rows_of{$_} } qw(few many most);

start_web(map { my $way = $_; map { [ $way, $_ ] } @sizes } @ways);
say_libraries();
my $node = bench_node();
foreach my $size (@sizes)
{
	write_event_document($node, $size, $rows_of{$size}) if $size ne 'most';
	repeat_event_document('many', $size, 10) if $size eq 'most';
	compress_document($size);
	foreach my $way (@ways)
	{
		# Ten times as many rows are more than Pendo itself would send.
		make_server($node, "${way}_$size", web_url($way, $size), max_response => '16GB');
		$node->safe_psql('postgres', event_table("live_${way}_$size", "${way}_$size"));
	}
}

# The peak over a few scans in one session, and what the session had before.
sub peak_of
{
	my ($table, $rows, $scans) = @_;
	my @scan = ('BEGIN', "DECLARE c NO SCROLL CURSOR FOR SELECT * FROM $table", 'MOVE ALL c', 'END');
	my ($peak, $before, $out) = peak_memory($node, smaps_rollup => 'Private_Dirty', (@scan) x $scans);
	my $moves = () = $out =~ /^MOVE $rows$/mg;

	die "$table: $moves scans of $rows rows, not $scans\n" if $moves != $scans;
	return ($peak, $before);
}

foreach my $way (@ways)
{
	my %peaks;

	foreach my $round (1 .. parameter('ROUNDS'))
	{
		foreach my $size (@sizes)
		{
			my ($peak, $before) = peak_of("live_${way}_$size", $rows_of{$size}, $size eq 'few' ? 5 : 2);

			push @{ $peaks{$size} }, $peak;
			push @{ $peaks{before} }, $before;
		}
	}
	my $few = median(@{ $peaks{few} });
	figure("private memory, $way, $rows_of{few} rows, MB", $few, format => '%.1f', aim => 8, gate => 16,
		note => sprintf '%.1f before', median(@{ $peaks{before} }));
	foreach my $size (grep { $_ ne 'few' } @sizes)
	{
		my $peak = median(@{ $peaks{$size} });

		figure("growth to $rows_of{$size} rows, MB", $peak - $few, aim => 1, gate => 2,
			note => sprintf '%.1f in all', $peak);
	}
}
finish();
