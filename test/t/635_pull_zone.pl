
# A subscription's time zone changes: days begin at other times, so every day is read
# anew, and nothing is doubled or lost, neither in tables nor in summaries.  The two
# zones are a day apart, so that "today" is another day in each, whatever the hour.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PullTruth;
use Test::More;
use Time::HiRes qw(time);

my @tables = qw(event guide_event);
my @zones = qw(Pacific/Kiritimati Pacific/Pago_Pago);
my $now = int time;
my $since = strftime('%Y-%m-%d', gmtime($now - 14 * 86400));
my %pendo = map { $_ => start_stand_in(size => 60, days => 11, events_per_day => 150, seed => 7, frozen => 1,
		now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now), time_zone => $_) } @zones;
my $node = new_node();
my $truth = PullTruth->new($node);
my $session = LiveSession->new($node);

sub run_ok
{
	my ($what) = @_;

	foreach my $table (@tables)
	{
		my ($state, undef, $error) = $session->run("CALL pendo.run_pull('local.$table')");
		ok($state eq '00000' && $error !~ /WARNING/, "$what: $table is pulled") or diag("$state $error");
	}
	return;
}

sub equal_to
{
	my ($zone, $what) = @_;

	is($truth->difference($pendo{$zone}, "local.$_"), '', "$what: $_ is as at Pendo") foreach @tables;
	is($truth->disagreement, '', "$what: ledger and summaries agree, and there is no gap");
	is($session->value(q{SELECT count(*) FROM pendo.ledger WHERE failure IS NOT NULL OR loaded_at IS NULL OR lease_pid IS NOT NULL}),
		0, "$what: every window was loaded");
	is($session->value(q{SELECT count(*) FROM pendo.ledger a JOIN pendo.ledger b ON b.pull = a.pull
			AND b.window_start > a.window_start AND b.window_start < a.window_end}), 0, "$what: no two windows overlap");
	return;
}

make_pulls($node, $pendo{ $zones[0] }, since => $since, tables => \@tables);
run_ok('the first zone');
equal_to($zones[0], 'the first zone');

foreach my $pair ([ @zones ], [ reverse @zones ])
{
	my ($old, $new) = @$pair;
	my $url = $pendo{$new}->url;

	$session->value(qq{
		ALTER SERVER pendo OPTIONS (SET time_zone '$new', SET base_url '$url');
		UPDATE pendo.summary SET query = replace(query, '$old', '$new')});
	run_ok("$old to $new");
	equal_to($new, "$old to $new");
	my $loaded = $session->value('SELECT max(loaded_at) FROM pendo.ledger WHERE state = \'closed\'');
	run_ok("$new again");
	is($session->value('SELECT max(loaded_at) FROM pendo.ledger WHERE state = \'closed\''), $loaded,
		"$new again: what is settled is not read once more");
}

done_testing();
