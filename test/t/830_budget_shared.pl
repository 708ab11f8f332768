
# What all together ask of a remote system stays within its budget: 64 sessions that scan
# and the workers of two databases that pull and deliver, each database with connections of
# its own, same address and same credential; with answers that are errors, sessions of
# Salesforce that end, and a crash of the server in the middle.  Counted by the stand-ins'
# clock over every window of their logs; every request counts, whatever became of it.

use strict;
use warnings;
use JSON::PP ();
use List::Util qw(max sum0);
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(clock_gettime sleep time CLOCK_MONOTONIC);

my $json = JSON::PP->new->allow_nonref;
my $sessions = 64;
my ($rate, $burst, $search_rate) = (8, 32, 2);

# A request is counted when the stand-in has read it, which is later than its token was
# taken: the backend must get its turn to connect and to send, and the stand-in, one process
# with a thread a connection, its turn to read.  So what took tokens over some time may
# arrive together, and a window look as if it had begun that much earlier.  64 backends that
# make their first requests at once are late by a second on two busy cores, hardly any later
# on.  At this rate that is half a burst: a second burst, or anybody who asks beside the
# budget for some seconds, is more.
my $late = 2;

# --- the checker ------------------------------------------------------------------

# Of all windows that begin and end with a request, the most requests beyond those that
# "rate" gives in that time; and where that one ends.  Times ascend.
sub most_beyond
{
	my ($rate, @times) = @_;
	my ($least, $most, $where) = (undef, 0, 0);

	foreach my $n (0 .. $#times)
	{
		my $lead = $n - $rate * $times[$n];

		$least = $lead if !defined $least || $lead < $least;
		($most, $where) = ($lead - $least + 1, $n) if $lead - $least + 1 > $most;
	}
	return wantarray ? ($most, $where) : $most;
}

# The most requests in so many seconds.
sub busiest
{
	my ($seconds, @times) = @_;
	my ($first, $most) = (0, 0);

	foreach my $n (0 .. $#times)
	{
		$first++ while $times[$first] < $times[$n] - $seconds;
		$most = max($most, $n - $first + 1);
	}
	return $most;
}

# What is wrong with the requests of a budget, '' if nothing.  Budgets begin empty: after
# the first request to come after a server's start there is no burst.
sub excess
{
	my ($budget, $starts, @times) = @_;
	my ($rate, $burst) = @{$budget}{qw(rate burst)};
	my $most = most_beyond($rate, @times);

	return sprintf '%.1f requests beyond the rate, of a burst of %d', $most, $burst if $most > $burst + $rate * $late;
	foreach my $start (@$starts)
	{
		my ($first, @next) = grep { $_ >= $start } @times;
		my @early = grep { $_ + 1 > $rate * ($next[$_] - $first + $late) } 0 .. $#next;
		return sprintf '%d requests within %.1f s of the first one of a server', $early[-1] + 2, $next[ $early[-1] ] - $first if @early;
	}
	return '';
}

# It complains of one request too many, and of no fewer.
{
	my %budget = (rate => 10, burst => 25);
	my @exact = ((100) x ($budget{burst} + $budget{rate} * $late), map { 100 + $_ / $budget{rate} } 1 .. 50);

	is(excess(\%budget, [], @exact), '', 'checker: a burst and then the rate is right');
	isnt(excess(\%budget, [], sort { $a <=> $b } @exact, $_), '', "checker: one more at $_ is too many") foreach 100, 102.5, 105;
	isnt(excess(\%budget, [99], @exact), '', 'checker: a burst after a start is too much');
	is(excess(\%budget, [99], map { 100 + $_ / 10 } 1 .. 50), '', 'checker: the rate is not');
	isnt(excess(\%budget, [], map { $_ / 11 } 1 .. 600), '', 'checker: a tenth more than the rate is too much in the long run');
}

# --- the server and what it is connected to -----------------------------------------

my $now = time - 36 * 3600;
my $since = strftime('%Y-%m-%d', gmtime($now - 3 * 86400));
my %remote = (
	hub => start_stand_in(kind => 'hubspot', size => 40, switches => { burst_limit => 'none', search_limit => 'none', index_lag => 'none' }),
	sf => start_stand_in(kind => 'salesforce', size => 20, switches => { page_size => 'rows:30' }),
	pendo => start_stand_in(size => 40, days => 11, events_per_day => 100, frozen => 1, now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now)));
my %budget = (
	(map { $_ => { remote => $_, rate => $rate, burst => $burst } } keys %remote),
	search => { remote => 'hub', rate => $search_rate, burst => 1, only => qr{/search$} });
my %suffix = (postgres => '', other => '_b');
my @starts = (now());
my $node = new_node(preload => 1, settings => { max_connections => 100, 'pendo_fdw.environment' => 'test', 'pendo_fdw.max_workers' => 4 });

# What a session reads in a round: where, and a query of several requests.
my @scans = (
	[ hub => 'SELECT count(*) FROM hub%1$s.contact' ],
	[ pendo => "SELECT sum(num_events) FROM pendo%1\$s.event WHERE day BETWEEN DATE '$since' + 1 AND DATE '$since' + 2" ],
	[ sf => 'SELECT count(*) FROM sf%1$s.contact' ],
	[ search => q{SELECT count(*) FROM hub%1$s.contact WHERE updated_at > '2000-01-01'} ]);

$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('other', 'CREATE EXTENSION pendo_fdw');
foreach my $database (sort keys %suffix)
{
	my $suffix = $suffix{$database};
	my %limits = (requests_per_second => $rate, request_burst => $burst);

	connect_crm($node, $remote{$_}, "$_$suffix", database => $database, environment => 'test', %limits, max_attempts => 20,
		expected_org => $remote{$_}{portal_id} // $remote{$_}{org_id}, $_ eq 'hub' ? (searches_per_second => $search_rate) : ())
	  foreach qw(hub sf);
	connect_live($node, $remote{pendo}, name => "pendo$suffix", schema => "pendo$suffix", database => $database, tables => [ 'event', 'page' ],
		server => { %limits, max_attempts => 20, retry_delay => '1ms', history_start => $since });

	# Pulls that are due every few seconds, and a writer of signals and, half as many, pushes.
	$node->safe_psql($database, qq{
		SET client_min_messages = warning;
		CREATE TABLE event (LIKE pendo$suffix.event);
		CREATE TABLE page (LIKE pendo$suffix.page, deleted_at timestamptz, PRIMARY KEY (id));
		SELECT pendo.define_pull('pendo$suffix.event', 'event', time_column => 'day', since => '$since', every => '4 s', settle => '60 days', is_scheduled => false);
		SELECT pendo.define_pull('pendo$suffix.page', 'page', mode => 'full', key_columns => '{id}', every => '4 s', is_scheduled => false);
		CREATE TABLE written (connection name, key text);
		CREATE PROCEDURE write(half text) LANGUAGE plpgsql AS \$\$
		DECLARE
			what record;
		BEGIN
			FOR n IN 1 .. 24 LOOP
				FOR what IN SELECT connection, object, key_field, field, class, format('$database %s %s %s', half, class, n) AS key
					FROM (VALUES ('hub$suffix', 'companies', 'external_id', 'name'), ('sf$suffix', 'Account', 'Pendo_Key__c', 'Name'))
						AS c (connection, object, key_field, field),
						unnest('{signal,push}'::text[]) AS class
					WHERE class = 'signal' OR n % 2 = 0
				LOOP
					PERFORM pendo.enqueue(what.connection, what.object, what.key, jsonb_build_object(what.field, what.key), key_field => what.key_field,
						class => what.class);
					INSERT INTO written VALUES (what.connection, what.key);
				END LOOP;
				COMMIT;
				PERFORM pg_sleep(0.5);
				COMMIT;
			END LOOP;
		END \$\$;});
}

# --- who asks -----------------------------------------------------------------------

# The stand-ins' clock, which is the machine's.
sub now { return clock_gettime(CLOCK_MONOTONIC) }

# The name of a scan and its answer, a line each; sessions begin with different ones.
sub queries
{
	my ($first, $suffix, $count) = @_;

	return join "\n", map { sprintf "SELECT '$_->[0]', (%s);", sprintf $_->[1], $suffix } map { $scans[ $_ % @scans ] } $first .. $first + $count - 1;
}

my %answer = map { split /\|/ } split /\n/, $node->safe_psql('postgres', queries(0, '', scalar @scans));

# Half of the sessions in each database.
sub open_session { my ($n) = @_; return LiveSession->new($node, database => (sort keys %suffix)[ $n % 2 ]) }

sub scan
{
	my ($session, $n, $count) = @_;

	return $session->start(queries($n >> 1, $suffix{ (sort keys %suffix)[ $n % 2 ] }, $count));
}

sub write_items
{
	my ($half) = @_;

	return map { my $writer = LiveSession->new($node, database => $_); $writer->start("CALL write('$half')"); $writer } sort keys %suffix;
}

# Answers that are none to some of the next scans, and no session at Salesforce.  Deliveries
# would wait a while with theirs, so they get none of those.
sub disturb
{
	my %scan = (hub => { operation => 'list' }, pendo => { source => 'events' }, sf => { source => 'query_more' });

	$remote{$_}->set_faults({ id => 'refused', fault => 'status', args => { code => 503 }, times => 10, match => $scan{$_} }) foreach keys %scan;
	$remote{sf}->control(DELETE => 'sessions');
	return;
}

# Answers that are not what they should be.
sub wrong_answers { my ($output) = @_; return grep { !/^(\w+)\|(.+)$/ || $answer{$1} ne $2 } split /\n/, $output }

sub wait_for
{
	my ($what, $is_so) = @_;
	my $until = time + 60;

	sleep 0.05 until $is_so->() || time > $until;
	return $is_so->() || BAIL_OUT("no longer waiting: $what");
}

# --- before the crash ---------------------------------------------------------------

# Who is there first waits for the last one; budgets fill meanwhile.
my %before = map { $_ => $remote{$_}->stats->{requests} } keys %remote;
my $is_full_at = now() + $burst / $rate;
my @there = map { open_session($_) } 1 .. $sessions;
sleep max(0, $is_full_at - now());
my @spans = ([ now() ]);
$node->safe_psql($_, "SELECT pendo.schedule()") foreach sort keys %suffix;
my @writers = write_items('before');
disturb();
scan($there[$_], $_ + 1, 150) foreach 0 .. $#there;
sleep 5;     # time for more than the burst, were there more
foreach my $name (sort keys %remote)
{
	wait_for("the burst at $name is spent", sub { $remote{$name}->stats->{requests} > $before{$name} + $burst + $rate });
}
$spans[0][1] = now();
$node->stop('immediate');
my $crashed_at = time;

my @ends = map { [ $_->finish ] } @there;
is(join(' ', grep { $_ ne '57P01' } map { $_->[0] } @ends), '', 'all sessions scan until the server crashes');
is(join(' ', map { wrong_answers($_->[1] =~ s/[^\n]*\z//r) } @ends), '', 'what they got is right');
@there = @writers = ();

# --- and after it -------------------------------------------------------------------

push @starts, now();
$node->start;
push @spans, [ now() ];
disturb();
@writers = write_items('after');
foreach my $n (1 .. $sessions)
{
	push @there, open_session($n);
	scan($there[-1], $n, 2);
}
@ends = map { [ $_->finish(120) ] } @there;
$spans[1][1] = now();
is(join(' ', grep { $_ ne '00000' } map { $_->[0] } @ends), '', 'then all sessions scan to the end') or diag map { $_->[2] } @ends;
is(join(' ', map { wrong_answers($_->[1]) } @ends), '', 'and what they got is right');
is(sum0(map { scalar split /\n/, $_->[1] } @ends), 2 * $sessions, 'each got it all');
is(join(' ', map { ($_->finish)[0] } @writers), '00000 00000', 'items are written');
foreach my $database (sort keys %suffix)
{
	ok($node->poll_query_until($database, q{SELECT NOT EXISTS (SELECT FROM written w WHERE NOT EXISTS
		(SELECT FROM pendo.delivery d WHERE (d.connection, d.key) = (w.connection, w.key) AND d.outcome <> 'retry'))}), "$database: all items are dealt with");
	is($node->safe_psql($database, "SELECT count(DISTINCT (pull, started_at > to_timestamp($crashed_at))) FROM pendo.run"), 4,
		"$database: its worker pulled, before the crash and after it");
	is($node->safe_psql($database, q{SELECT string_agg(DISTINCT outcome, ' ') FROM pendo.delivery WHERE outcome <> 'retry'}) =~ s/ ?unchanged//r, 'delivered',
		"$database: and delivered");
}
$node->stop;

# --- what was asked -----------------------------------------------------------------

my %log = map { $_ => [ $remote{$_}->log ] } keys %remote;

sub times_of
{
	my ($budget) = @_;
	my @others = grep { $_ != $budget && $_->{remote} eq $budget->{remote} && $_->{only} } values %budget;

	return map { $_->{at} / 1000 } grep {
		my $path = $_->{path};
		(!$budget->{only} || $path =~ $budget->{only}) && !grep { $path =~ $_->{only} } @others
	} @{ $log{ $budget->{remote} } };
}

foreach my $name (sort keys %budget)
{
	my $budget = $budget{$name};
	my @times = times_of($budget);
	my ($most, $where) = most_beyond($budget->{rate}, @times);
	my $one_more = int($budget->{burst} + $budget->{rate} * $late - $most) + 1;

	is(excess($budget, \@starts, @times), '', "$name: the budget holds in every window");
	isnt(excess($budget, [], sort { $a <=> $b } @times, ($times[$where]) x max(0, $one_more)), '', "$name: one request too many in one place is seen");
	cmp_ok($most, '>=', $budget->{burst} / 2, "$name: the burst was used");
	note(sprintf '%s: %d requests, at most %.1f beyond the rate: late by %.2f s', $name, scalar @times, $most,
		max(0, $most - $budget->{burst}) / $budget->{rate});
	foreach my $half (0, 1)
	{
		my ($from, $to) = @{ $spans[$half] };
		my $count = busiest(5, grep { $_ >= $from && $_ <= $to } @times);

		cmp_ok($count, '>=', 5 * $budget->{rate} / 2, "$name: half of what the rate gives in 5 s is used, " . (qw(before after))[$half] . ' the crash');
		note(sprintf '%s: %d requests in 5 s of %.1f', $name, $count, $to - $from);
	}
}

# Each class of item, from each database, before the crash and after it.
foreach my $name (qw(hub sf))
{
	my %seen;

	foreach my $entry (grep { $_->{body} } @{ $log{$name} })
	{
		$seen{$_}++ foreach $json->encode($entry->{body}) =~ /"((?:postgres|other) (?:before|after) (?:signal|push)) \d+"/g;
	}
	is(scalar keys %seen, 8, "$name: both databases delivered signals and pushes, before the crash and after it") or diag join ', ', sort keys %seen;
}
ok((grep { $_->{status} == 503 } @{ $log{$_} }) > 10, "$_: refusals are among the requests") foreach sort keys %log;
ok((grep { $_->{source} eq 'token' } @{ $log{sf} }) >= 3, 'sign-ins, too');

done_testing();
