#!/usr/bin/perl

# Deliveries: items a second against plain libcurl that sends the same bodies; what an item
# costs the trigger that writes it; and how soon after its COMMIT it is on its way.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;
use DeliveryBench;
use HTTP::Tiny;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils qw(slurp_file append_to_file);
use POSIX ();
use Time::HiRes qw(sleep time);

my $rounds = parameter('ROUNDS');
my $batches = parameter('BATCHES');
my $programs = "$ENV{WORK}/tree/build/bench";
my @children;

END
{
	my $status = $?;
	kill 'TERM', @children if @children;
	waitpid $_, 0 foreach @children;
	$? = $status;
}

# --- the remote system ------------------------------------------------------------

my $port_file = "$ENV{WORK}/tmp/sink.$$";
push @children, fork // die "fork: $!";
if (!$children[-1])
{
	exec "$programs/delivery_sink", $port_file or POSIX::_exit(127);
}
sleep 0.01 until -s $port_file || waitpid($children[-1], POSIX::WNOHANG());
my $sink = 'http://127.0.0.1:' . slurp_file($port_file) =~ s/\s//gr;
my $http = HTTP::Tiny->new(proxy => undef, http_proxy => undef);

sub sink
{
	my ($method, $path) = @_;
	my $answer = $http->request($method, "$sink/_sink/$path");

	die "the sink: $answer->{status}\n" unless $answer->{success};
	return $answer->{content};
}

# What arrived there since the last call: [ time, records, number of the first item ], ….
sub arrivals { return map { [ split ' ' ] } split /\n/, sink(GET => 'log') }

# --- items ------------------------------------------------------------------------

sub enqueue
{
	my ($node, $name, $count) = @_;

	$node->safe_psql('postgres', 'TRUNCATE pendo.outbox, pendo.delivery, pendo.waiting, pendo.failed_item, pendo.lane;'
		  . ' INSERT INTO pendo.outbox (connection, object, key_field, key, fields) ' . item_sql($name, $count));
	$node->safe_psql('postgres', 'CHECKPOINT');
	arrivals();
	return;
}

# --- items a second -----------------------------------------------------------------

my $node = delivery_node('bench');
delivery_connection($node, 'hubspot', $sink, '4711');
delivery_connection($node, 'salesforce', $sink, '00D000000000001EAA',
	mapping => "client_id 'c', client_secret 's'");

# The bodies, as our own deliverer makes them, a line each.
sub write_bodies
{
	my ($name, $size) = @_;
	my ($object, $key_field) = kind_of($name);
	my $file = "$ENV{WORK}/tmp/bodies.$name";
	my $items = item_sql($name, $batches * 100) =~ s/^SELECT/SELECT i,/r;

	$node->safe_psql('postgres', qq{COPY (
		SELECT (pendo._step(jsonb_build_object('connector', '$name', 'object', '$object', 'operation', 'upsert',
				'key_field', '$key_field', 'version', '68.0', 'items',
				jsonb_agg(jsonb_build_object('item', i, 'key', key, 'fields', fields, 'look', false, 'attempts', 0))))).body
		FROM ($items) t (i, connection, object, key_field, key, fields) GROUP BY (i - 1) / $size
	) TO '$file' (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')});
	return $file;
}

sub peer_seconds
{
	my ($method, $path, $file, $in_flight) = @_;
	my $seconds = `$programs/delivery_peer $method $sink$path $file $in_flight`;

	die "the peer failed\n" if $? != 0;
	return $seconds + 0;
}

# From the start of the delivery to its last record.  Of several sessions, from when all have
# lanes, as if all items had been delivered so.
sub our_seconds
{
	my ($name, $sessions) = @_;
	my $count = $batches * 100;
	my $holders = "SELECT count(DISTINCT lease_pid) FROM pendo.lane WHERE connection = '$name'";

	enqueue($node, $name, $count);
	my $began = $node->safe_psql('postgres', 'SELECT clock_timestamp()');
	my @deliverers = map { LiveSession->new($node) } 1 .. $sessions;
	$_->start("CALL pendo.deliver('$name')") foreach @deliverers;
	if ($sessions > 1)
	{
		my $until = time + 30;
		sleep 0.01 until $node->safe_psql('postgres', $holders) == $sessions || time > $until;
		die "$sessions sessions do not share the lanes\n" if time > $until;
		$began = $node->safe_psql('postgres', 'SELECT clock_timestamp()');
	}
	foreach (@deliverers)
	{
		my ($state, undef, $error) = $_->finish(300);
		die "a session ended with $state: $error\n" if $state ne '00000';
	}
	my ($found, $counted, $seconds) = split /\|/, $node->safe_psql('postgres', qq{
		SELECT count(*), count(*) FILTER (WHERE ended_at > '$began'), extract(epoch FROM max(ended_at) - '$began')
		  FROM pendo.delivery WHERE outcome = 'delivered'});
	die "$found items were delivered, not $count\n" if $found != $count;
	die "only $counted of $count items were delivered by $sessions sessions\n" if $counted < $count / 3;
	my $arrived = 0;
	$arrived += $_->[1] foreach arrivals();
	die "$arrived items arrived, not $count\n" if $arrived != $count;
	return $seconds * $count / $counted;
}

sub compare
{
	my ($name, $method, $path, $size, $delay, $in_flight, %bars) = @_;
	my $bodies = write_bodies($name, $size);
	my $sessions = delete $bars{sessions} // 1;
	my $most = $in_flight / $sessions;
	my (@ours, @theirs);

	sink(PUT => "delay?$delay");
	$node->safe_psql('postgres', "SET client_min_messages = error; ALTER SERVER $name OPTIONS (DROP max_requests)")
	  if $node->safe_psql('postgres', "SELECT 'max_requests' IN (SELECT option_name FROM pg_options_to_table(srvoptions)) FROM pg_foreign_server WHERE srvname = '$name'") eq 't';
	$node->safe_psql('postgres', "ALTER SERVER $name OPTIONS (ADD max_requests '$most')");
	foreach my $round (1 .. $rounds)
	{
		push @theirs, Bench::undisturbed(sub { peer_seconds($method, $path, $bodies, $in_flight) });
		push @ours, Bench::undisturbed(sub { our_seconds($name, $sessions) });
	}
	ratio(sprintf('delivery / libcurl, items/s, %s, %d ms, %s', $name, $delay / 1000,
			$sessions > 1 ? "$sessions x $most" : $in_flight), \@theirs, \@ours, at_least => 1, %bars);
	return;
}

# Which organisation it is, is asked once.
foreach my $name (qw(hubspot salesforce))
{
	enqueue($node, $name, 1);
	$node->safe_psql('postgres', "CALL pendo.deliver('$name')");
}
my $upsert = '/crm/v3/objects/companies/batch/upsert';
my $collection = '/services/data/v68.0/composite/sobjects/Account/Pendo_Key__c';
compare('hubspot', 'POST', $upsert, 100, 50_000, 8, aim => 0.97, gate => 0.90);
compare('hubspot', 'POST', $upsert, 100, 50_000, 32, aim => 0.92, gate => 0.80);
compare('hubspot', 'POST', $upsert, 100, 50_000, 32, sessions => 2, aim => 0.92, gate => 0.80);
compare('salesforce', 'PATCH', $collection, 200, 50_000, 8);
compare('hubspot', 'POST', $upsert, 100, 0, 8);

# --- what an item costs who writes it ---------------------------------------------------

$node->safe_psql('postgres', q{
CREATE TABLE nothing (id bigint, name text);
CREATE TABLE inserting (LIKE nothing);
CREATE TABLE calling (LIKE nothing);
CREATE FUNCTION do_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION do_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO pendo.outbox (connection, object, key_field, key, fields)
	VALUES ('hubspot', 'companies', 'external_id', NEW.id::text, jsonb_build_object('name', NEW.name));
	RETURN NULL; END $$;
CREATE FUNCTION do_call() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	PERFORM pendo.enqueue('hubspot', 'companies', NEW.id::text, jsonb_build_object('name', NEW.name), key_field => 'external_id');
	RETURN NULL; END $$;
CREATE TRIGGER t AFTER INSERT ON nothing FOR EACH ROW EXECUTE FUNCTION do_nothing();
CREATE TRIGGER t AFTER INSERT ON inserting FOR EACH ROW EXECUTE FUNCTION do_insert();
CREATE TRIGGER t AFTER INSERT ON calling FOR EACH ROW EXECUTE FUNCTION do_call();
});
my $rows = 100_000;
my %added;
foreach my $round (1 .. $rounds)
{
	my %seconds;

	foreach my $table (qw(nothing inserting calling))
	{
		$seconds{$table} = Bench::undisturbed(sub {
			$node->safe_psql('postgres', "TRUNCATE $table, pendo.outbox; CHECKPOINT");
			return (timed_session($node, "INSERT INTO $table SELECT i, 'x' FROM generate_series(1, 100) i;\n\\timing on\n"
				  . "INSERT INTO $table SELECT i, 'Company ' || i FROM generate_series(1, $rows) i;\n"))[0];
		});
	}
	push @{ $added{$_} }, ($seconds{$_} - $seconds{nothing}) / $rows * 1e6 foreach qw(inserting calling);
}
figure('enqueue in a row trigger, INSERT, us a row', median(@{ $added{inserting} }), format => '%.1f', gate => 20);
figure('enqueue in a row trigger, enqueue(), us a row', median(@{ $added{calling} }), format => '%.1f', gate => 20);
$node->stop;

# --- from COMMIT to the request ---------------------------------------------------------

my $prompt = delivery_node('prompt', preload => 1);
delivery_connection($prompt, 'hubspot', $sink, '4711');
sink(PUT => 'delay?0');

# The ms from each of so many COMMITs, just before which the time is taken, to the arrival.
sub waits
{
	my ($count) = @_;

	arrivals();
	my $began = $prompt->safe_psql('postgres', q{SELECT coalesce(max(item), 0) FROM pendo.outbox});
	my $times = $prompt->safe_psql('postgres', qq{
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS committed (item bigint, at timestamptz);
TRUNCATE committed;
DO \$\$
DECLARE
	n bigint;
BEGIN
	FOR i IN 1 .. $count LOOP
		INSERT INTO pendo.outbox (connection, object, key_field, key, fields)
		VALUES ('hubspot', 'companies', 'external_id', 'key-' || random(), '{"name": "x"}') RETURNING item INTO n;
		INSERT INTO committed VALUES (n, clock_timestamp());
		COMMIT;
		PERFORM pg_sleep(0.02 + random() * 0.03);
	END LOOP;
END \$\$;
SELECT item || ' ' || (extract(epoch FROM at) * 1000000)::bigint FROM committed;});
	my %committed = map { split ' ' } split /\n/, $times;
	my %arrived;
	my $until = time + 30;

	while (keys %arrived < $count && time < $until)
	{
		foreach (arrivals())
		{
			my ($at, $records, $first) = @$_;    # numbers that follow each other

			$arrived{$_} //= $at foreach grep { exists $committed{$_} } $first .. $first + $records - 1;
		}
		sleep 0.05 if keys %arrived < $count;
	}
	die 'only ' . keys(%arrived) . " of $count arrived\n" if keys %arrived < $count;
	return sort { $a <=> $b } map { ($arrived{$_} - $committed{$_}) / 1000 } keys %committed;
}

my ($first) = waits(1);
figure('COMMIT to request, nobody awake, ms', $first, format => '%.0f', note => 'the first item of a server, which also asks where it leads');
my @waits = waits(200);
figure('COMMIT to request, warm, p50, ms', $waits[ $#waits * 0.5 ], format => '%.1f', gate => 10);
figure('COMMIT to request, warm, p99, ms', $waits[ $#waits * 0.99 ], format => '%.1f', gate => 100, note => sprintf 'most %.1f', $waits[-1]);
# Idle for a minute, it ends by itself.
sleep 1 until $prompt->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pendo_fdw delivery'}) == 0;
my ($cold) = waits(1);
figure('COMMIT to request, cold, ms', $cold, format => '%.0f', note => 'the worker is started for it');
$prompt->stop;

finish();
