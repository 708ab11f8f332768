
# Two subscriptions in one database whose ids are the same and whose data are not:
# nothing of the one gets into the other's tables, ledger, budget or connections.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PullTruth;
use Test::More;
use Time::HiRes qw(sleep time);

my $now = time - 36 * 3600;
my $since = strftime('%Y-%m-%d', gmtime($now - 12 * 86400));
my %options = (size => 60, days => 11, events_per_day => 150, seed => 7, frozen => 1,
	now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now));
my @tables = qw(event guide_event visitor page);
my @names = ('', '_b');
my %pendo = ('' => start_stand_in(%options, key => 'aaaaaaaa-1111-4111-8111-111111111111'),
	_b => start_stand_in(%options, key => 'bbbbbbbb-1111-4111-8111-111111111111'));
my $node = new_node();
my $truth = PullTruth->new($node);

make_pulls($node, $pendo{$_}, suffix => $_, since => $since, tables => \@tables) foreach @names;

# The same people, but other things happened to them.
$pendo{_b}->late(hours_ago => $_, events => 12) foreach 2, 50, 120, 210;
$pendo{_b}->set_switches(dirty_metadata => 'none', ingest_lag => 'minutes:600');

sub ids
{
	my ($pendo, $table, $member) = @_;
	my %seen = map { $_->{$member} => 1 } $pendo->data($table);

	return \%seen;
}

is_deeply(ids($pendo{''}, 'visitor', 'visitorId'), ids($pendo{_b}, 'visitor', 'visitorId'), 'the same visitors');
is_deeply(ids($pendo{''}, 'page', 'id'), ids($pendo{_b}, 'page', 'id'), 'the same pages');

my $session = LiveSession->new($node);

sub equal_to_own
{
	my ($what) = @_;

	foreach my $name (@names)
	{
		is($truth->difference($pendo{$name}, "local$name.$_", live => "live$name.$_"), '', "$what: local$name.$_ is its own")
		  foreach @tables;
	}
	is($truth->disagreement(settled => 1), '', "$what: ledger and summaries agree");
	foreach my $name (@names)
	{
		my %keys = map { $_->{key} => 1 } $pendo{$name}->log;
		is_deeply(\%keys, { full => 1 }, "$what: requests bore the connection's own key");
	}
	return;
}

sub run_ok
{
	my ($sql, $what) = @_;
	my ($state, undef, $error) = $session->run($sql);

	ok($state eq '00000' && $error !~ /WARNING/, $what) or diag("$state $error");
	return;
}

# One session runs all of both.
run_ok('CALL pendo.run_pull()', 'one session runs all pulls');
equal_to_own('first load');
foreach my $table ('event', 'guide_event', 'visitor')
{
	isnt($truth->difference($pendo{''}, "local.$table", copy => "local_b.$table"), '',
		"control: the two $table differ, and the checker sees it");
}

# Many at once, all by key and by window at both, with answers that are too much:
# what is learnt of the one's applications does not divide the other's windows.
foreach my $name (@names)
{
	my $pendo = $pendo{$name};
	$pendo->late(hours_ago => $_, events => 5) foreach 3, 80, 200;
	$pendo->set_faults({ id => 'much', fault => 'timeout_408', times => 6, match => { source => 'events', skip => 1 } },
		{ id => 'cut', fault => 'cut_body', times => 1, match => { source => 'visitors' } });
}
$session->value('UPDATE pendo.ledger SET due_at = now(), full_at = NULL, fingerprint = NULL');
my @sessions = map { LiveSession->new($node) } 1 .. 6;
$_->start('CALL pendo.run_pull()') foreach @sessions;
is(join(' ', map { ($_->finish)[0] } @sessions), join(' ', ('00000') x 6), 'six sessions run all pulls');
cmp_ok($pendo{$_}->fired('much'), '>=', 3, 'there were answers that were too much') foreach @names;
$pendo{$_}->clear_faults foreach @names;
$session->value('UPDATE pendo.ledger SET due_at = now() WHERE failure IS NOT NULL');
run_ok('CALL pendo.run_pull()', 'and what failed once more');
equal_to_own('at once');

# The one does not answer, or tells everybody to wait: the other's pulls go on.
$session->value('UPDATE pendo.ledger SET due_at = now(), full_at = NULL');
$pendo{''}->set_faults({ id => 'limit', fault => 'rate_limit', args => { retry_after => 3600 }, times => 1 });
is(($session->run('SELECT count(*) FROM live.page'))[0], '53400', 'the one wants everybody to wait');
$_->clear_log foreach values %pendo;
my $began = time;
run_ok("CALL pendo.run_pull('local_b.$_')", "the other runs $_ meanwhile") foreach @tables;
cmp_ok(time - $began, '<', 20, 'at once');
like(($session->run("CALL pendo.run_pull('local.page')"))[2], qr/WARNING/, 'the one is held');
is(scalar($pendo{''}->log), 0, 'and not asked');
is($session->value(q{SELECT string_agg(DISTINCT pull, ' ' ORDER BY pull) FROM pendo.ledger WHERE failure IS NOT NULL}),
	'local.page', 'its own ledger alone tells of the failure');
$pendo{''}->clear_faults;

# Pause, change and drop the one.
$session->value("SELECT pendo.pause('pendo')");
$session->value('UPDATE pendo.ledger SET due_at = now(), full_at = NULL');
$_->clear_log foreach values %pendo;
run_ok('CALL pendo.run_pull()', 'the one rests');
is(scalar($pendo{''}->log), 0, 'and is not asked');
cmp_ok(scalar($pendo{_b}->log), '>', 0, 'the other is');
my $before = $session->value(q{SELECT count(*), sum(rows) FROM pendo.ledger WHERE pull LIKE 'local\_b.%'});
$session->value("SELECT pendo.drop_pull('local.$_')") foreach @tables;
is($session->value(q{SELECT count(*), sum(rows) FROM pendo.ledger}), $before, 'without the one the other keeps its ledger');
$session->value('DROP SERVER pendo CASCADE; DROP SCHEMA local CASCADE');
$session->value("DELETE FROM pendo.summary WHERE schema_name = 'local'");
$pendo{_b}->late(hours_ago => 30, events => 9);
$session->value('UPDATE pendo.ledger SET due_at = now(), full_at = NULL');
run_ok('CALL pendo.run_pull()', 'the other runs without the one');
is($truth->difference($pendo{_b}, "local_b.$_", live => "live_b.$_"), '', "local_b.$_ is as at Pendo") foreach @tables;

done_testing();
