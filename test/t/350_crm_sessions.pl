
# Sessions of Salesforce are shared: whoever needs one first signs in, for all; one that
# is over is renewed once; who dies over it is replaced; a refusal is told to all.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $query = 'SELECT count(*) FROM sf.account';
my $salesforce = start_stand_in(kind => 'salesforce');

# Requests for a token since the log was cleared.
sub sign_ins
{
	return scalar grep { ($_->{source} // '') eq 'token' } $salesforce->log;
}

# Start the query in all of these, and tell how it ended in each.
sub run_all
{
	my (@sessions) = @_;

	$_->start($query) foreach @sessions;
	return map { [ $_->finish ] } @sessions;
}

sub wait_for_sign_in
{
	my $until = time + 30;

	sleep 0.01 until sign_ins() > 0 || time > $until;
	return;
}

foreach my $preload (0, 1)
{
	my $where = $preload ? 'preloaded' : 'on demand';
	my $node = new_node(preload => $preload, settings => { log_min_messages => 'debug1' });
	connect_crm($node, $salesforce, 'sf');
	my @sessions = map { LiveSession->new($node) } 1 .. 8;
	my @results = run_all(@sessions);
	is(join(' ', map { $_->[0] } @results), join(' ', ('00000') x 8), "$where: eight backends read");
	my $count = $results[0][1] =~ s/\n//r;

	# Slow enough that all of them meet.
	$salesforce->set_switches(token_seconds => 'seconds:1');
	$salesforce->control(DELETE => 'sessions');
	$salesforce->clear_log;
	@results = run_all(@sessions);
	is(join(' ', map { $_->[0] } @results), join(' ', ('00000') x 8), "$where: a session ends under eight backends, and all go on");
	is(join('', map { $_->[1] } @results), $count x 8, "$where: with all rows");
	is(sign_ins(), 1, "$where: one of them signed in");
	is(scalar(grep { $_->{status} == 401 } $salesforce->log), 8, "$where: each had been refused");

	# No session at all.
	$node->restart;
	@sessions = map { LiveSession->new($node) } 1 .. 8;
	$salesforce->clear_log;
	@results = run_all(@sessions);
	is(join(' ', map { $_->[0] } @results), join(' ', ('00000') x 8), "$where: eight backends begin with none");
	is(sign_ins(), 1, "$where: one of them signed in");

	# Refused: told to all who waited, and tried anew by the next one.
	$salesforce->set_switches(login => 'inactive_user', token_seconds => 'none');
	$salesforce->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 1 }, match => { source => 'token' }, times => -1 });
	$salesforce->control(DELETE => 'sessions');
	$salesforce->clear_log;
	@results = run_all(@sessions);
	is(join(' ', map { $_->[0] } @results), join(' ', ('28000') x 8), "$where: a refusal is told to all");
	is(sign_ins(), 1, "$where: after one attempt");
	$salesforce->set_switches(login => 'allowed');
	$salesforce->clear_faults;
	is(($sessions[0]->run($query))[0], '00000', "$where: the next one tries again");

	# Ended or cancelled while signing in: another one does it.
	foreach my $signal (qw(TERM INT))
	{
		$salesforce->set_switches(token_seconds => 'seconds:2');
		$salesforce->control(DELETE => 'sessions');
		$salesforce->clear_log;
		my ($first, $second) = map { LiveSession->new($node) } 1, 2;
		$first->start($query);
		wait_for_sign_in();
		$second->start($query);
		sleep 0.3;
		kill $signal, $first->backend;
		my ($state) = $first->finish;
		is($state, $signal eq 'INT' ? '57014' : '57P01', "$where: ended by SIG$signal while it signs in");
		is(($second->finish)[0], '00000', "$where: another one has signed in");
		is(sign_ins(), 2, "$where: by a second request");
	}
	$salesforce->set_switches(token_seconds => 'none');
	is($node->safe_psql('postgres', $query), $count, "$where: all is well");

	# Who waits for a sign-in has no token of the budget meanwhile: they would go out together.
	if ($preload)
	{
		$node->safe_psql('postgres', q{ALTER SERVER sf OPTIONS (SET requests_per_second '2', SET request_burst '2')});
		$node->restart;
		@sessions = map { LiveSession->new($node) } 1 .. 8;
		$salesforce->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 3 }, match => { source => 'token' }, times => -1 });
		$salesforce->clear_log;
		@results = run_all(@sessions);
		$salesforce->clear_faults;
		is(join(' ', map { $_->[0] } @results), join(' ', ('00000') x 8), "$where: eight backends wait for a slow sign-in");
		my @times = sort { $a <=> $b } map { $_->{at} } grep { ($_->{source} // '') ne 'token' } $salesforce->log;
		my ($most) = sort { $b <=> $a } map { my $first = $_; scalar grep { $_ >= $first && $_ < $first + 1000 } @times } @times;
		cmp_ok($most, '<=', 4, "$where: and keep to the budget after it");
	}
	$node->stop;
}

# A session that no renewal helps, and one that lasts for a single request.
my $node = new_node();
connect_crm($node, $salesforce, 'sf', refresh => 1);
$salesforce->clear_log;
$salesforce->set_faults({ id => 'gone', fault => 'expired_session', match => { source => 'query' }, times => -1 });
is(sqlstate_of($node, $query), '28000', 'a second refusal is an error');
is(sign_ins(), 1, 'after one renewal');
$salesforce->clear_faults;
is(sqlstate_of($node, $query), '00000', 'the next query signs in anew');
$salesforce->set_faults({ id => 'other', fault => 'api_error', times => -1, match => { source => 'query' },
	args => { status => 401, code => 'INVALID_SESSION_ID', message => 'This session is not valid for use with the REST API' } });
$salesforce->clear_log;
is(sqlstate_of($node, $query), '28000', 'where no renewal would help');
is(sign_ins(), 0, 'none is tried');
$salesforce->clear_faults;

# Long tokens, and answers that are none.
$salesforce->set_switches(token_form => 'jwt');
$salesforce->control(DELETE => 'sessions');
is(sqlstate_of($node, $query), '00000', 'a token of several kB');
foreach my $bad ('{"access_token":"x"}', '[]', '<html>', '{"access_token":"' . 'x' x 7000 . '","instance_url":"https://x.example"}',
	'{"access_token":"x","instance_url":"https://evil.example/path"}', "{\"access_token\":\"x\\ny\",\"instance_url\":\"" . $salesforce->url . '"}')
{
	$salesforce->control(DELETE => 'sessions');
	$salesforce->set_faults({ id => 'bad', fault => 'status', match => { source => 'token' }, times => -1,
		args => { code => 200, body => $bad, content_type => 'application/json' } });
	my ($state, $error) = sqlstate_of($node, $query);
	isnt($state, '00000', 'an answer that is no token: ' . substr($bad, 0, 40));
	unlike($error, qr/x{100}/, 'is not repeated');
}
$salesforce->clear_faults;
is(sqlstate_of($node, $query), '00000', 'and then all is well');
done_testing();
