# Rate fields of an answer hold back the next request, and a key that an answer
# repeats is not repeated by us.

use strict;
use warnings;
use lib 'test/t';
use PendoTest;
use Test::More;
use Time::HiRes qw(time);

my $pendo = start_stand_in(size => 'small', now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
connect_live($node, $pendo, tables => ['app'], server => { requests_per_second => 1000 });

sub seconds_of
{
	my ($sql) = @_;
	my $start = time;
	my ($code, $out, $err) = $node->psql('postgres', $sql);
	return (time - $start, $out, $err);
}

# An answer without rows, with these header fields.
sub answer_once
{
	my (%headers) = @_;
	$pendo->set_faults({
		id => 'answer', match => { path => '/api/v1/aggregation' }, fault => 'status', times => 1,
		args => { code => 200, body => '{"results":[]}', content_type => 'application/json',
			headers => \%headers } });
}

foreach my $prefix ('', 'X-')
{
	answer_once("${prefix}RateLimit-Remaining" => '0', "${prefix}RateLimit-Reset" => '2');
	my ($first) = seconds_of('SELECT count(*) FROM live.app');
	is($pendo->fired('answer'), 1, "${prefix}RateLimit-Remaining: 0 was sent");
	my ($second, $count) = seconds_of('SELECT count(*) FROM live.app');
	cmp_ok($second, '>', 1.0, 'the next request waits until the window ends');
	cmp_ok($second, '<', 10, 'and no longer');
	is($count, 5, 'then it is answered');
}

# A time of day instead of a length is not taken for fifty years.
answer_once('X-RateLimit-Remaining' => '0', 'X-RateLimit-Reset' => '1718452800');
seconds_of('SELECT count(*) FROM live.app');
my ($third) = seconds_of('SELECT count(*) FROM live.app');
cmp_ok($third, '<', 5, 'a reset that is no length of time is passed over');

$pendo->set_faults({
	id => 'echo', match => { path => '/api/v1/aggregation' }, fault => 'status', times => 1,
	args => { code => 400, body => 'bad key ' . $pendo->key . '!', content_type => 'text/plain' } });
my ($refused, undef, $err) = seconds_of('SELECT count(*) FROM live.app');
cmp_ok($refused, '<', 5, 'an answer that was refused is not waited for any longer');
like($err, qr/bad key \*+!/, 'the remote text is shown');
unlike($err, qr/\Q@{[ $pendo->key ]}\E/, 'without the key in it');

done_testing();
