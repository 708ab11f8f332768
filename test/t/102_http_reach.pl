
# Who is reached, and how: certificates, proxies, private addresses, plain
# http; and that each refusal says what it is.

use strict;
use warnings;
use HttpProbe;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = make_certificates();
my %settings = (
	'pendo_fdw.http_plain_hosts' => '127.0.0.1, plain.test, refused.test',
	'pendo_fdw.http_private_hosts' => '127.0.0.1, localhost');

# Were the environment heard, every request would fail.
local @ENV{qw(http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY)} = ('http://127.0.0.1:9') x 5;
local $ENV{SSL_CERT_FILE} = "$folder/authority.pem";
my $node = probe_node(settings => \%settings);
my %server = map { $_ => start_faults('--tls', "$folder/$_.pem", "$folder/$_.key") }
  qw(right wrong expired other);
my $plain = start_faults();
my @trust = ("ca_file=$folder/authority.pem");

sub is_row
{
	my ($name, $row, %expected) = @_;

	foreach my $key (sort keys %expected)
	{
		my $value = $expected{$key};
		ref $value ? like($row->{$key}, $value, "$name: $key") : is($row->{$key}, $value, "$name: $key");
	}
	return;
}

# Certificates.
is_row('right certificate', fetch($node, $server{right}->url('/ok', 'localhost'), @trust, 'certificate=1'),
	result => 'ok', status => 200, issuer => qr/CN ?= ?Test authority/);
is_row('right certificate, by address', fetch($node, $server{right}->url('/ok'), @trust), result => 'ok');
is_row('authority not trusted', fetch($node, $server{right}->url('/ok', 'localhost')),
	result => 'tls', status => 0, message => qr/certificate/);
is_row('another authority', fetch($node, $server{wrong}->url('/ok', 'localhost'), @trust), result => 'tls');
is_row('expired', fetch($node, $server{expired}->url('/ok', 'localhost'), @trust),
	result => 'tls', message => qr/expired/);
is_row('wrong host', fetch($node, $server{other}->url('/ok', 'localhost'), @trust),
	result => 'tls', message => qr/localhost/);
is_row('no such CA file', fetch($node, $server{right}->url('/ok', 'localhost'), 'ca_file=/nowhere.pem'),
	result => 'tls');
is_row('TLS spoken to a plain port', fetch($node, $plain->url('/ok') =~ s/^http/https/r, @trust),
	result => 'tls');
is(scalar(map { $_->requests } @server{qw(wrong expired other)}), 0, 'nothing was sent to the wrong ones');
is(fetch($node, $server{wrong}->url('/ok', 'localhost'), @trust, 'attempts=5', 'base_delay=100000',
		'max_delay=100000')->{result}, 'tls', 'a certificate is not tried again');

# An old protocol version.
SKIP:
{
	my $port = PostgreSQL::Test::Cluster::get_free_port();
	my $pid = open my $old, '-|',
	  "exec openssl s_server -quiet -accept 127.0.0.1:$port -cert $folder/right.pem -key $folder/right.key"
	  . " -tls1_1 -cipher ALL:\@SECLEVEL=0 -www 2>&1";
	my $row;
	for (1 .. 100)
	{
		$row = fetch($node, "https://localhost:$port/", @trust);
		last if $row->{result} ne 'connect';
		select undef, undef, undef, 0.1;
	}
	kill 'KILL', $pid;
	close $old;
	is_row('TLS 1.1', $row, result => 'tls', message => qr/version|protocol/i);
}

# Plain http and odd URLs.
is_row('plain http', fetch($node, $plain->url('/ok', 'localhost')), result => 'refused_url',
	message => qr/plain http to "localhost" is not allowed/);
is_row("refused: $_", fetch($node, $_), result => 'refused_url')
  foreach 'ftp://127.0.0.1/', 'file:///etc/passwd', 'https://user:geheim@127.0.0.1/', 'gopher://127.0.0.1:70/',
  'nonsense', 'https://', 'dict://127.0.0.1/';
unlike(fetch($node, 'https://user:geheim@127.0.0.1/')->{message}, qr/geheim/, 'no password in the message');

# Private addresses.  A name may be public and its address not.
foreach my $host ('10.1.2.3', '192.168.0.1', '169.254.169.254', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0',
	'127.0.0.2', '2130706433', '0x7f.1', '127.1')
{
	my $row = fetch($node, "https://$host:1/", 'connect_timeout=2000');
	# The three last are spellings of 127.0.0.1, which is allowed by that name.
	my $result = $host =~ /^(2130706433|0x7f\.1|127\.1)$/ ? 'connect' : 'refused_url';
	is($row->{result}, $result, "address $host") or diag($row->{message});
}
$node->append_conf('postgresql.conf', "pendo_fdw.http_private_hosts = ''");
$node->reload;
is_row('a name of a private address', fetch($node, $server{right}->url('/ok', 'localhost'), @trust),
	result => 'refused_url', message => qr/address (127\.0\.0\.1|::1) is not public/);
is_row('other spellings', fetch($node, "https://2130706433:1/"), result => 'refused_url');
my ($state, $text) = raised($node, $server{right}->url('/ok', 'localhost'), @trust);
is($state, 'HV00N', 'its SQLSTATE');
like($text, qr/HINT:.*pendo_fdw\.http_private_hosts/s, 'and the setting in its hint');

# A kept connection is no way around a changed setting.
$node->append_conf('postgresql.conf', "pendo_fdw.http_private_hosts = '127.0.0.1, localhost'");
$node->reload;
is_row('allowed again', fetch($node, $server{right}->url('/ok', 'localhost'), @trust), result => 'ok');

# Proxies.
my $proxy = start_faults('--proxy');
my $locked = start_faults('--proxy', '--login', 'joe:p:w');
my $via = 'proxy=http://127.0.0.1:' . $proxy->port;
my $login = 'proxy=127.0.0.1:' . $locked->port;

is_row('through a proxy', fetch($node, $server{right}->url('/ok', 'localhost'), @trust, $via, 'secret=k1'),
	result => 'ok', status => 200, from_proxy => 0);
my ($connect) = $proxy->requests;
is($connect->{method} . ' ' . $connect->{target}, 'CONNECT localhost:' . $server{right}->port, 'by CONNECT');
ok(!grep({ $_->[1] =~ /k1/ } @{ $connect->{headers} }), 'the proxy does not see the key');
is_row('plain http through it', fetch($node, $plain->url('/ok', 'plain.test'), $via, 'secret=k2'),
	result => 'ok', status => 200);
ok(!grep({ $_->{method} ne 'CONNECT' } $proxy->requests), 'by CONNECT as well');
is_row('the proxy cannot reach it', fetch($node, 'https://refused.test:1/', $via),
	result => 'proxy', status => 502, from_proxy => 1);
is_row('the proxy forbids it', fetch($node, 'https://forbidden.test/', $via),
	result => 'proxy', status => 403, from_proxy => 1);
is_row('no credentials', fetch($node, $server{right}->url('/ok', 'localhost'), @trust, $login),
	result => 'proxy', status => 407, from_proxy => 1);
is_row('wrong credentials', fetch($node, $server{right}->url('/ok', 'localhost'), @trust, $login,
		'proxy_user=joe', 'proxy_password=no'), result => 'proxy', status => 407, from_proxy => 1);
is_row('right credentials', fetch($node, $server{right}->url('/ok', 'localhost'), @trust, $login,
		'proxy_user=joe', 'proxy_password=p:w'), result => 'ok', from_proxy => 0);
is_row('certificates count behind a proxy', fetch($node, $server{wrong}->url('/ok', 'localhost'), @trust, $via),
	result => 'tls', from_proxy => 0);
is_row('no proxy there', fetch($node, 'https://example.com/', 'proxy=http://127.0.0.1:1'),
	result => 'proxy', status => 0);
is_row('a proxy that is no host', fetch($node, 'https://example.com/', 'proxy=http://no-such-host.invalid:1',
		'connect_timeout=20000'), result => qr/^(proxy|connect_timeout)$/, status => 0);
is_row('a silent proxy', fetch($node, 'https://silent.test/', $via, 'connect_timeout=300'),
	result => 'connect_timeout');
is_row('no_proxy', fetch($node, $server{right}->url('/ok', 'localhost'), @trust, 'proxy=http://127.0.0.1:1',
		'no_proxy=example.com, localhost'), result => 'ok');
is_row('a proxy with a password in its URL', fetch($node, 'https://example.com/', 'proxy=http://a:b@127.0.0.1:1'),
	result => 'refused_url');
is_row('a private address behind a proxy', fetch($node, 'https://169.254.169.254/', $via),
	result => 'refused_url');

# A kept connection whose other end has said farewell is not used again: nobody would
# answer, and whoever asked could not know whether the request took effect.
foreach my $how (qw(close hold))
{
	foreach my $route ([], [$via])
	{
		my @options = (@trust, @$route, 'method=POST', 'body=x');
		my ($farewell, $next) = map { $server{right}->url($_, 'localhost') } "/farewell?how=$how", '/ok?after=farewell';
		my $asked = grep { $_->{target} eq '/ok?after=farewell' } $server{right}->requests;

		is($node->safe_psql('postgres', join '; ', 'SELECT result FROM ' . fetch_sql($farewell, @options), 'SELECT pg_sleep(0.3)',
				'SELECT result, new_connection FROM ' . fetch_sql($next, @options)),
			"ok\n\nok|t", "$how after a farewell" . (@$route ? ' behind a proxy' : '') . ': a new connection');
		is(scalar(grep { $_->{target} eq '/ok?after=farewell' } $server{right}->requests) - $asked, 1, 'for one request');
	}
}

my $hidden = start_faults('--proxy', '--tls', "$folder/right.pem", "$folder/right.key");
is_row('a proxy reached by TLS', fetch($node, $plain->url('/ok', 'plain.test'), @trust,
		'proxy=https://localhost:' . $hidden->port), result => 'ok', status => 200);
is_row('a proxy that is not trusted', fetch($node, $plain->url('/ok', 'plain.test'),
		'proxy=https://localhost:' . $hidden->port), result => 'tls', status => 0);

# A tunnel belongs to the proxy user who opened it.
my $tunnelled = sub {
	my ($user, $password) = @_;
	return 'SELECT result, status, new_connection FROM '
	  . fetch_sql($server{right}->url('/ok', 'localhost'), @trust, $login, "proxy_user=$user",
		"proxy_password=$password");
};
is($node->safe_psql('postgres', join ';', $tunnelled->('joe', 'p:w'), $tunnelled->('joe', 'p:w'),
		$tunnelled->('joe', 'no'), $tunnelled->('joe', 'p:w')),
	"ok|200|t\nok|200|f\nproxy|407|t\nok|200|t", 'a tunnel does not serve another user');

# Errors: one SQLSTATE each, and a hint that fits.
sub raised
{
	my ($target, $url, @options) = @_;
	my ($stdout, $stderr) = ('', '');

	$target->psql('postgres', "\\set VERBOSITY verbose\nSELECT " . fetch_sql($url, 'raise=1', @options),
		stdout => \$stdout, stderr => \$stderr);
	my ($code) = $stderr =~ /ERROR:  (\w{5}):/;
	return ($code // 'none', $stderr);
}

my @errors = (
	[ 'HV00N', 'https://forbidden.test/', [$via], qr/proxy did not let.*proxy answered with HTTP status 403/s ],
	[ 'HV00N', $server{right}->url('/ok'), [$login], qr/407.*HINT:.*password/s ],
	[ 'HV00N', $server{expired}->url('/ok'), [@trust], qr/secure connection.*HINT:.*http_ca_file/s ],
	[ 'HV00N', $plain->url('/ok', 'localhost'), [], qr/HINT:.*http_plain_hosts/s ],
	[ 'HV00N', 'https://127.0.0.1:1/', [], qr/could not connect to "probe-host"/ ],
	[ '28000', $plain->url('/status?code=401'), [], qr/does not accept the key/ ],
	[ '42501', $plain->url('/status?code=403'), [], qr/denied access.*status 403.*HINT:.*revoked, of another region/s ],
	[ '42704', $plain->url('/status?code=404'), [], qr/does not have what was asked for/ ],
	[ 'HV00R', $plain->url('/status?code=404'), ['object=table visitor'], qr/Asked for: table visitor/ ],
	[ '53400', $plain->url('/status?code=402'), [], qr/quota/ ],
	[ '53400', $plain->url('/status?code=429'), [], qr/rate limit/ ],
	[ 'HV000', $plain->url('/status?code=400&text=no+such+field'), [], qr/Remote text: "no such field"/ ],
	[ 'HV000', $plain->url('/redirect'), [], qr/HINT:.*Redirects are not followed/s ],
	[ '08006', $plain->url('/status?code=500'), [ 'attempts=3', 'base_delay=1' ], qr/Tried 3 times/ ],
	[ '08006', $plain->url('/status?code=502'), [], qr/Remote text: "No"/ ],
	[ '08006', $plain->url('/status?code=504'), [], qr/took too long/ ],
	[ '08006', $plain->url('/cut'), [], qr/lost before the end/ ],
	[ '08006', $plain->url('/silent'), ['first_byte_timeout=100'], qr/did not answer in time/ ],
	[ '08006', $plain->url('/stall'), ['stall_timeout=100'], qr/stopped in the middle/ ],
	[ '08P01', $plain->url('/garbage'), [], qr/no valid HTTP answer/ ],
	[ '54000', $plain->url('/ok?size=2000'), ['max_body=1000'], qr/larger than allowed/ ],
	[ 'HV000', $plain->url('/ok'), ['server=acme'], qr/Foreign server "acme".*Request id: request-17/ ]);
foreach my $error (@errors)
{
	my ($expected, $url, $options, $pattern) = @$error;
	($state, $text) = raised($node, $url, @$options);
	my ($name) = $url =~ m{^\w+://(.*)};
	is($state, $expected, "SQLSTATE: $name @$options") or diag($text);
	like($text, $pattern, "text: $name");
}

# Secrets are refused if they could break out of their header line, and are
# nowhere in what the server wrote.
foreach my $bad ("a\nb", "a\rb", "a\tb\x01", "\x7f")
{
	my ($stdout, $stderr) = ('', '');
	$node->psql('postgres', 'SELECT ' . fetch_sql($plain->url('/ok'), "secret=hush$bad"),
		stdout => \$stdout, stderr => \$stderr);
	like($stderr, qr/the key of the remote system contains a control character/, 'bad key refused');
	unlike($stderr, qr/hush/, 'and not repeated') if $stderr !~ /LINE 1/;
}
is($node->safe_psql('postgres', "SELECT probe_escape('a b/c?d&e=" . '%~._-ü' . "')"),
	'a%20b%2Fc%3Fd%26e%3D%25~._-%C3%BC', 'percent-encoding');

done_testing();
