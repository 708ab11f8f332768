
# What a person is told when a live query fails: what happened in one line, the
# facts, what to do; and of the remote system's words only what is fit to print.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use Test::More;

my $pendo = start_stand_in(days => 10, now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
my %options = (requests_per_second => 1000, request_burst => 50, max_attempts => 2, retry_delay => '1ms',
	first_byte_timeout => '500ms', stall_timeout => '500ms');

connect_live($node, $pendo, server => \%options, tables => [qw(visitor event segment)]);
my $session = LiveSession->new($node);
my %query = (
	segment => 'SELECT count(*) FROM live.segment',
	event => q{SELECT count(*) FROM live.event WHERE day >= '2024-06-10' AND day < '2024-06-12'});

# SQLSTATE, and patterns of the fields of one error.
sub is_message
{
	my ($name, $table, $fault, $state, %expected) = @_;

	$pendo->set_faults({ id => 'f', times => -1, %$fault });
	my ($got, undef, $error) = $session->run($query{$table});
	cmp_ok($pendo->fired('f'), '>', 0, "$name: it was so");
	is($got, $state, "$name: SQLSTATE");
	foreach my $field (sort keys %expected)
	{
		my ($text) = $error =~ /^$field:  (.*)$/m;
		like($text // '', $expected{$field}, "$name: $field");
	}
	my ($message) = $error =~ /^ERROR:  \w+: (.*)$/m;
	like($message, qr/^["a-z]/, "$name: begins small");
	unlike($message, qr/\.$/, "$name: and has no period");
	unlike($error, qr/[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/, "$name: no control character");
	unlike($error, qr/\Q@{[$pendo->key]}\E/, "$name: no key");
	cmp_ok(length $error, '<', 2500, "$name: not too long");
	like($error, qr/^CONTEXT:  .*foreign table "$table" on server "pendo"/m, "$name: of which table");
	return;
}

my $host = qr/"127\.0\.0\.1:\d+"/;
is_message('401', 'segment', { fault => 'status', args => { code => 401, body => 'bad key' } }, '28000',
	ERROR => qr/$host does not accept the key$/,
	DETAIL => qr/HTTP status 401\. Foreign server "pendo"\. Asked for: segment\. Remote text: "bad key"\.$/,
	HINT => qr/user mapping.*revoked/);
is_message('400 with a request id', 'segment',
	{ fault => 'status', args => { code => 400, body => 'filter: no such field', headers => { 'X-Request-Id' => "a\tb-17" } } }, 'HV000',
	ERROR => qr/$host rejected the request$/,
	DETAIL => qr/HTTP status 400.*Request id: a.b-17\. Remote text: "filter: no such field"\.$/);
is_message('502 with a page', 'segment', { fault => 'html_error', args => { code => 502 } }, '08006',
	ERROR => qr/$host failed to answer$/,
	DETAIL => qr/HTTP status 502.*Tried 2 times\. Remote text: "502 Server Error edge proxy &amp; friends"\.$/,
	HINT => qr/^Try again later/);
is_message('hostile words', 'segment',
	{ fault => 'status', args => { code => 422, body => "\x{1b}[31mred\x{7f}\r\n\0%s%n \x{202e} \x{9b}1m " . 'x' x 5000 } }, 'HV000',
	DETAIL => qr/Remote text: ".*red.*%s%n.*xxx\.\.\."\.$/);
is_message('429', 'segment', { fault => 'rate_limit' }, '53400',
	ERROR => qr/rate limit of $host is used up$/, DETAIL => qr/HTTP status 429.*Tried 2 times\./, HINT => qr/Try again later/);
is_message('redirect', 'segment', { fault => 'redirect', args => { location => 'https://elsewhere.example/' } }, 'HV000',
	ERROR => qr/$host redirects to another address$/, DETAIL => qr/HTTP status 302/, HINT => qr/never sent to another host/);
is_message('no answer', 'segment', { fault => 'stall_first_byte' }, '08006',
	ERROR => qr/$host did not answer in time$/, DETAIL => qr/no answer within 500 ms.*Tried 2 times/, HINT => qr/first_byte_timeout/);
is_message('cut', 'event', { fault => 'cut_before', match => { source => 'events' } }, '08006',
	ERROR => qr/connection to $host was lost/, DETAIL => qr/Asked for: event/, CONTEXT => qr/window 2024-06-1[01] to 2024-06-1[12]$/);
is_message('no JSON', 'segment', { fault => 'broken_json', args => { how => 'html' } }, 'HV004',
	ERROR => qr/cannot read the answer of server "pendo": /, DETAIL => qr/^At byte \d+ of a remote answer of type "application\/json" for "segment"\.$/);
is_message('silence amid rows', 'segment', { fault => 'stall_body', match => { after_rows => 5 } }, '08006',
	ERROR => qr/$host stopped in the middle of its answer$/, DETAIL => qr/no further byte within 500 ms/,
	HINT => qr/spool 'all' avoids that/);
$pendo->clear_faults;
is(($session->run($query{segment}))[0], '00000', 'and then all is well');

done_testing();
