
# Answers, good and bad, as the HTTP layer reports them.

use strict;
use warnings;
use HttpProbe;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my $faults = start_faults();
my $node = probe_node();

sub is_outcome
{
	my ($name, $path, $options, %expected) = @_;
	my $row = fetch($node, $faults->url($path), @$options);

	is_deeply({ map { $_ => $row->{$_} } keys %expected }, \%expected, $name)
	  or diag("$row->{result} $row->{status} $row->{bytes}: $row->{message}");
	return $row;
}

# Whole answers, however they are framed.
my $row = is_outcome('a small answer', '/ok?size=16', [],
	result => 'ok', status => 200, bytes => 16, body => "0000000\n0000001\n",
	from_proxy => JSON::PP::false, peer => '127.0.0.1');
cmp_ok($row->{first_byte_us}, '>', 0, 'the first byte has a time');
cmp_ok($row->{total_us}, '>=', $row->{first_byte_us}, 'and comes before the last');
is_outcome('an answer larger than the buffer', '/ok?size=5000000', ['buffer=1'],
	result => 'ok', bytes => 5000000);
is_outcome('a chunked answer with a trailer', '/chunked?size=100000', [],
	result => 'ok', bytes => 100000);
is_outcome('an empty answer', '/ok?size=0', [], result => 'ok', status => 200, body => '');
is_outcome('an informational answer before the final one', '/early-hints', [],
	result => 'ok', status => 200, body => 'final');
is_outcome('no body after HEAD', '/ok?size=100', ['method=HEAD'],
	result => 'ok', status => 200, bytes => 0);

my $md5 = $node->safe_psql('postgres',
	"SELECT md5(body) FROM " . fetch_sql($faults->url('/ok?size=3000000')));
is($node->safe_psql('postgres',
		"SELECT md5(body) FROM " . fetch_sql($faults->url('/gzip?size=3000000'), 'gzip=1')),
	$md5, 'a compressed answer is the same');
is($node->safe_psql('postgres',
		"SELECT md5(body) FROM " . fetch_sql($faults->url('/chunked?size=3000000'))),
	$md5, 'so is a chunked one');

# What is sent.
my $echo = decode_json(fetch($node, $faults->url('/echo?a=b'),
	'method=PUT', 'header=X-One: 1', 'header=X-Two: 2', 'secret=geheim', 'body=hello', 'gzip=1')->{body});
my %sent = map { lc $_->[0] => $_->[1] } @{ $echo->{headers} };
is("$echo->{method} $echo->{target} $echo->{body}", 'PUT /echo?a=b hello', 'method, target, body');
is_deeply([ @sent{qw(x-one x-two x-key accept-encoding content-length)} ],
	[ 1, 2, 'geheim', 'gzip', 5 ], 'header fields and the key');
ok(!exists $sent{expect}, 'no Expect');
like($sent{'user-agent'}, qr{^pendo_fdw/\S+ \(PostgreSQL \d+}, 'user agent');

# Statuses are answers.
is_outcome("status $_", "/status?code=$_", [], result => 'ok', status => $_)
  foreach 201, 304, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504;
is_outcome('a redirect is not followed', '/redirect', [], result => 'ok', status => 302,
	body => 'elsewhere');
is(scalar(grep { $_->{target} eq '/ok' } $faults->requests), 0, 'nobody asked where it points');

# What is no answer.
is_outcome('a body that ends early', '/cut', [], result => 'cut', status => 200);
is_outcome('a body that is reset', '/cut?how=rst', [], result => 'cut');
is_outcome('a chunked body that ends early', '/chunk-cut', [], result => 'cut');
is_outcome('no answer at all', '/nothing', [], result => 'cut', status => 0);
is_outcome('a reset instead of an answer', '/nothing?how=rst', [], result => 'cut', status => 0);
is_outcome('something else than HTTP', '/garbage', [], result => 'protocol');
is_outcome('a header without end', '/big-header', [], result => 'protocol');
is_outcome('an announced body over the limit', '/ok?size=1001', ['max_body=1000'],
	result => 'too_large', bytes => 0);
is_outcome('a body at the limit', '/ok?size=1000', ['max_body=1000'], result => 'ok');
is_outcome('an endless body', '/endless', ['max_body=1000000'], result => 'too_large');
is_outcome('a body that inflates beyond all bounds', '/bomb', ['gzip=1'], result => 'too_large');

# Compression.
is_outcome('gzip cut short within valid framing', '/gzip?cut=4', [], result => 'cut');
is_outcome('damaged gzip', '/gzip?damage=1', [], result => 'cut');
is_outcome('bytes after gzip', '/gzip?garbage=tail', [], result => 'cut');
is(length(is_outcome('two members', '/gzip?size=5000&twice=1', [], result => 'ok')->{body}),
	10000, 'both members count');
is_outcome('an encoding that was not asked for', '/gzip?encoding=br', [], result => 'protocol');

# Time limits.
is_outcome('no first byte', '/silent', ['first_byte_timeout=300'],
	result => 'first_byte_timeout', message => 'no answer within 300 ms');
is_outcome('a body that stops', '/stall', ['stall_timeout=300'],
	result => 'stalled', status => 200, message => 'no further byte within 300 ms');
is_outcome('a slow body with signs of life', '/drip?pieces=8&seconds=0.1', ['stall_timeout=500'],
	result => 'ok', bytes => 8);
is_outcome('a slow answer within the limit', '/slow?seconds=0.4', ['first_byte_timeout=3000'],
	result => 'ok');

# Nobody there.
my $gone = start_faults();
my $nowhere = $gone->url('/ok');
$gone->stop;
is(fetch($node, $nowhere)->{result}, 'connect', 'a closed port');
is(fetch($node, 'http://localhost:1/', 'ip_family=4')->{result}, 'connect', 'another');

# Keeping connections.
is($node->safe_psql('postgres', join '; ',
		map { "SELECT new_connection FROM " . fetch_sql($faults->url('/ok')) } 1 .. 3),
	"t\nf\nf", 'a connection serves later statements');
is($node->safe_psql('postgres', join '; ',
		map { "SELECT new_connection FROM " . fetch_sql($_) }
		  $faults->url('/large-then-close?size=100'), $faults->url('/ok')),
	"t\nt", 'one that was closed meanwhile does not');
foreach my $how (qw(fin rst))
{
	my @targets = map { $faults->url($_) } '/ok', "/nothing?how=$how&kept=1", '/ok';

	my @statements = map { fetch_sql($_, 'method=POST', 'body=x') } @targets;
	my $asked = sub { return scalar grep { $_->{target} eq "/nothing?how=$how&kept=1" } $faults->requests };

	is($node->safe_psql('postgres', join '; ', "SELECT result FROM $statements[0]", 'SELECT ' . $statements[1] =~ s/^probe_fetch/probe_start/r,
			'SELECT probe_wait(5000) >= 0', 'SELECT probe_state(0)', "SELECT result FROM $statements[2]"),
		"ok\n0\nt\ncut\nok", "one that ends ($how) instead of an answer is an error");
	is($asked->(), 1, 'for the request may have taken effect, and is not sent again unasked');
	is($node->safe_psql('postgres', join '; ', map { "SELECT result FROM $_" } @statements), "ok\ncut\nok", "who reads ($how)");
	is($asked->(), 3, 'asks once more, though it is to be asked once');
}

# Retries.
sub retried
{
	my ($name, $query, @options) = @_;

	return fetch($node, $faults->url("/count?name=$name&$query"), @options);
}
is(retried(r1 => 'fail=2', 'attempts=3')->{body}, '3', 'two failures, then success');
is(retried(r2 => 'fail=2', 'attempts=2')->{status}, 503, 'too few attempts');
is(retried(r5 => 'fail=9&code=504', 'attempts=2')->{status}, 504, 'what cannot be asked in parts ends as well');
is(scalar(grep { $_->{target} =~ /name=r5/ } $faults->requests), 2, 'after as many attempts');
is(retried(r3 => 'fail=1&code=404', 'attempts=3')->{status}, 404, 'a 404 is final');
is(retried(r4 => 'fail=1&code=429', 'attempts=3')->{body}, '2', '429 is tried again');
is(fetch($node, $faults->url('/status?code=429&retry_after=3600'), 'attempts=5')->{status},
	429, 'a wait beyond the limit is not begun');
is(scalar(grep { $_->{target} =~ /retry_after=3600/ } $faults->requests), 1, 'nor tried again');

done_testing();
