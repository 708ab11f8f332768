#!/usr/bin/perl

# How long a cancel and statement_timeout take to end a live scan, by what the
# scan is waiting for.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;
use HttpProbe;
use PendoTest;

my $gate = 300;
my $stand_in = start_stand_in(now => '2024-06-15T12:00:00Z', frozen => 1);
my $mute = start_faults('--mute');
my $full = start_faults('--full');
my $node = new_node();

# Servers whose scans come to a wait, each at another point.
my %slow = (first_byte_timeout => '10min', connect_timeout => '10min', stall_timeout => '10min');
my @stalls = (
	[ 'connect', $node, { base_url => $full->url('') } ],
	[ 'TLS handshake', $node, { base_url => $mute->url('') =~ s/^http:/https:/r } ],
	[ 'first byte', $node, {}, { fault => 'stall_first_byte', times => -1 } ],
	[ 'body', $node, {}, { fault => 'stall_body', times => -1, match => { after_rows => 5 } } ],
	# A budget is its key's; one that nobody has used begins empty.
	[ 'budget', $node, { requests_per_second => 0.01, request_burst => 1 }, undef,
		{ integration_key => $stand_in->read_only_key } ],
	[ 'retry', $node, { retry_delay => '10min', max_retry_delay => '20min' },
		{ fault => 'html_error', times => -1 } ]);

# Name look-ups stall in a thread of libcurl's.  This takes namespaces.
my @unshare = qw(unshare -c --keep-caps -m -n);
if (system("@unshare true 2>/dev/null") == 0)
{
	push @stalls, [ 'name look-up', unresolving_node(), { base_url => 'https://unresolvable.example.com' } ];
}
else
{
	say('NOT MEASURED: name look-up (an ordinary user may make no namespaces here)');
}

sub unresolving_node
{
	my $there = PostgreSQL::Test::Cluster->new('unresolving');

	$there->init;
	my $status = system @unshare, '/usr/bin/python3', "$ENV{WORK}/tree/test/tools/silent_dns.py",
	  $there->data_dir . '/postmaster.pid', 'pg_ctl', '-w', '-s', '-D', $there->data_dir,
	  '-l', $there->logfile, '-o', '--cluster-name=unresolving', 'start';
	die "the server without name service did not start\n" if $status != 0;
	$there->_update_pid(1);
	$there->safe_psql('postgres', 'CREATE EXTENSION pendo_fdw');
	return $there;
}

# A backend has one, but for libcurl's look-ups.
sub has_thread
{
	my ($backend) = @_;
	my @threads = glob "/proc/$backend/task/*";

	return @threads > 1;
}

# What a statement_timeout of 200 ms overshoots by.
sub overshoot
{
	my ($there, $sql) = @_;
	my ($out, $error) = ('', '');

	$there->psql('postgres', "SET statement_timeout = 200;\nSELECT clock_timestamp() AS began \\gset\n"
		  . "$sql;\nSET statement_timeout = 0;\n"
		  . "SELECT extract(epoch FROM clock_timestamp() - :'began') * 1000 - 200;\n",
		stdout => \$out, stderr => \$error, on_error_stop => 0, timeout => 60);
	die "no timeout: $error\n" unless $error =~ /canceling statement due to statement timeout/;
	my ($ms) = $out =~ /^(-?[0-9.]+)$/m or die "psql: $out\n";
	return $ms;
}

foreach my $stall (@stalls)
{
	my ($name, $there, $server, $fault, $mapping) = @$stall;
	my $table = lc($name) =~ tr/ -/__/r;
	my (@cancels, @timeouts);

	connect_live($there, $stand_in, name => "at_$table", tables => [], mapping => $mapping // {},
		server => { %slow, max_attempts => 5, requests_per_second => 1000, request_burst => 1000, %$server });
	$there->safe_psql('postgres', "CREATE FOREIGN TABLE $table (visitor_id text OPTIONS (field 'visitorId'))"
		  . " SERVER at_$table OPTIONS (object 'visitor')");
	$fault->{id} = $table if $fault;
	$fault->{match} = { path => '/api/v1/aggregation', %{ $fault->{match} // {} } } if $fault;
	$stand_in->set_faults($fault) if $fault;
	foreach my $round (1 .. parameter('ROUNDS'))
	{
		my $sql = "SELECT count(visitor_id) FROM $table";
		my ($took, $error) = cancel_takes($there, $sql, $there == $node ? undef : \&has_thread);

		die "$name: $error\n" unless $error =~ /canceling statement due to user request/;
		push @cancels, $took;
		push @timeouts, overshoot($there, $sql);
	}
	die "$name: the fault never fired\n" if $fault && !$stand_in->fired($table);
	$stand_in->clear_faults if $fault;
	my ($slowest) = sort { $b <=> $a } @cancels, @timeouts;
	figure("cancel in $name, ms (the slowest)", $slowest, format => '%.0f', gate => $gate,
		note => sprintf 'cancel %.0f, statement_timeout %.0f', median(@cancels), median(@timeouts));
}
finish();
