
# HttpProbe: the HTTP layer alone, behind SQL functions, and servers that
# misbehave, for the TAP tests 1xx_http_*.pl.
#
#   my $node = probe_node(settings => { name => 'value' });
#   my $faults = start_faults();                   # or qw(--tls CERT KEY), --proxy, …
#   my $row = fetch($node, $faults->url('/ok?size=10'), 'attempts=3');
#   is($row->{result}, 'ok');
#
# See test/modules/http_probe and test/tools/http_faults.py.

package HttpProbe;

use strict;
use warnings;
use Carp;
use Exporter 'import';
use Fcntl ':flock';
use JSON::PP;
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More ();
use Time::HiRes qw(sleep time);

our @EXPORT = qw(probe_node start_faults fetch fetch_sql cancel_takes
  make_certificates probe_functions);

my $columns = 'result text, status int, message text, peer text, from_proxy bool,'
  . ' bytes bigint, first_byte_us bigint, total_us bigint, new_connection bool,'
  . ' issuer text, body text';

sub tree { return "$ENV{WORK}/tree" }

# Build the module once a run; tests that run side by side wait for each other.
sub build_probe
{
	my $folder = "$ENV{WORK}/tmp/http_probe";

	mkdir $folder;
	open my $lock, '>', "$folder/lock" or croak "$folder/lock: $!";
	flock $lock, LOCK_EX or croak "flock: $!";
	return "$folder/http_probe.so" if -e "$folder/done";
	my $config = $ENV{PG_CONFIG} // 'pg_config';
	my $output = `make -C @{[tree()]}/test/modules/http_probe OUT=$folder PG_CONFIG=$config 2>&1`;
	croak "the module was not built:\n$output" if $? != 0;
	append_to_file("$folder/done", '');
	return "$folder/http_probe.so";
}

# The statements that make the functions; rights are the caller's business.
sub probe_functions
{
	my $module = build_probe();
	my %functions = (
		'probe_fetch(url text, VARIADIC options text[])' => 'probe_row',
		'probe_stream(url text, VARIADIC options text[])' => 'probe_row',
		'probe_start(url text, VARIADIC options text[])' => 'int',
		'probe_wait(ms int)' => 'int',
		'probe_state(request int)' => 'text',
		'probe_header(request int, name text)' => 'text',
		'probe_waiting(request int)' => 'bigint',
		'probe_read(request int, room int)' => 'text',
		'probe_drop(request int, first bool)' => 'void',
		'probe_take(host text, credential text, rate float8, burst int, class int)' => 'bigint',
		'probe_hold(host text, credential text, rate float8, burst int, until timestamptz)'
		  => 'timestamptz',
		'probe_learn(host text, credential text, rate float8, burst int, left_over bigint, ms bigint)'
		  => 'void',
		'probe_share(host text, credential text, rate float8, burst int, most bigint, left_over bigint, ms bigint)'
		  => 'void',
		'probe_secret(name text)' => 'text',
		'probe_spool(total bigint, inter_transaction bool, fail bool)' => 'bigint',
		'probe_escape(plain text)' => 'text',
		'probe_break()' => 'void',
	);
	my $sql = "CREATE TYPE probe_row AS ($columns);\n";

	foreach my $signature (sort keys %functions)
	{
		my ($name) = $signature =~ /^(\w+)/;
		$sql .= "CREATE FUNCTION $signature RETURNS $functions{$signature}"
		  . " AS '$module', '$name' LANGUAGE C STRICT;\n";
	}
	return $sql;
}

# A running server with the functions.
sub probe_node
{
	my (%options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($options{name} // 'probe');
	my %settings = (%{ $options{settings} // {} });

	$node->init;
	# The module is no library of the search path; its settings are declared
	# when it is loaded.
	$settings{session_preload_libraries} = build_probe() unless $options{preload};
	$settings{shared_preload_libraries} = build_probe() if $options{preload};
	$node->append_conf('postgresql.conf', "$_ = '$settings{$_}'") foreach sort keys %settings;
	$options{before_start}->($node) if $options{before_start};
	$node->start unless $options{start} && $options{start}->($node);
	$node->safe_psql('postgres', probe_functions());
	return $node;
}

sub fetch_sql
{
	my ($url, @options) = @_;
	my $arguments = join ', ', map { "'" . s/'/''/gr . "'" } $url, @options;

	$arguments .= ', VARIADIC ARRAY[]::text[]' unless @options;
	return "probe_fetch($arguments)";
}

# One fetch in a session of its own, as a hash of the row.
sub fetch
{
	my ($node, $url, @options) = @_;
	my $call = fetch_sql($url, @options);

	return decode_json($node->safe_psql('postgres', "SELECT row_to_json(r) FROM $call r"));
}

# Start a statement, wait until it waits (and "ready" is true of its backend's
# pid), cancel it; returns the ms until the error arrived, and its text.
sub cancel_takes
{
	my ($node, $sql, $ready) = @_;
	my $name = "cancelled-$$-" . int(time * 1000);
	my $file = "$ENV{WORK}/tmp/$name";
	my $pid = fork // croak "fork: $!";

	if (!$pid)
	{
		$ENV{PGAPPNAME} = $name;
		open STDOUT, '>', "$file.out";
		open STDERR, '>', "$file.err";
		exec 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', $sql
		  or POSIX::_exit(127);
	}
	my $until = time + 20;
	my $backend = '';
	until ($backend ne '' && (!$ready || $ready->($backend)))
	{
		croak 'the statement ended: ' . slurp_file("$file.out") . slurp_file("$file.err")
		  if waitpid($pid, POSIX::WNOHANG());
		croak 'the statement did not come to a wait' if time > $until;
		sleep 0.02;
		$backend = $node->safe_psql('postgres', 'SELECT pid FROM pg_stat_activity'
			  . " WHERE application_name = '$name' AND wait_event_type = 'Extension'");
	}
	my $start = time;
	kill 'INT', $backend;
	waitpid $pid, 0;
	return (int((time - $start) * 1000), slurp_file("$file.err"));
}

# Certificates in a folder: authority.pem and, each with its key, right, wrong
# (of another authority), expired, other (for another name).
sub make_certificates
{
	my $folder = tempdir();
	my $run = sub {
		my $output = `cd $folder && openssl @_ 2>&1`;
		croak "openssl @_:\n$output" if $? != 0;
	};
	my $issue = sub {
		my ($name, $authority, $host, @dates) = @_;
		my $days = @dates ? "-not_before $dates[0] -not_after $dates[1]" : '-days 2';

		$run->("req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj /CN=$host");
		append_to_file("$folder/$name.ext", "subjectAltName=DNS:$host,IP:127.0.0.1\n")
		  if $name ne 'other';
		append_to_file("$folder/$name.ext", "subjectAltName=DNS:$host\n") if $name eq 'other';
		$run->("x509 -req -in $name.csr -CA $authority.pem -CAkey $authority.key -CAcreateserial"
			  . " -extfile $name.ext -out $name.pem -days 2")
		  unless @dates;
		$run->("ca -batch -config ca.conf -extfile $name.ext -cert $authority.pem"
			  . " -keyfile $authority.key -startdate $dates[0] -enddate $dates[1]"
			  . " -in $name.csr -out $name.pem -notext")
		  if @dates;
	};

	append_to_file("$folder/ca.conf",
		"[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=$folder\ndatabase=$folder/index\n"
		  . "serial=$folder/number\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n");
	append_to_file("$folder/index", '');
	append_to_file("$folder/number", "1000\n");
	foreach my $authority (qw(authority stranger))
	{
		$run->("req -x509 -newkey rsa:2048 -nodes -days 2 -keyout $authority.key"
			  . " -out $authority.pem -subj '/CN=Test $authority'");
	}
	$issue->('right', 'authority', 'localhost');
	$issue->('wrong', 'stranger', 'localhost');
	$issue->('other', 'authority', 'elsewhere.test');
	$issue->('expired', 'authority', 'localhost', '20200101000000Z', '20200201000000Z');
	return $folder;
}

sub tempdir { return PostgreSQL::Test::Utils::tempdir() }

sub start_faults { return HttpProbe::Faults->start(@_) }

# A server of test/tools/http_faults.py; it ends with this process.
package HttpProbe::Faults;

use Carp;
use JSON::PP;
use POSIX ();
use PostgreSQL::Test::Utils;
use Time::HiRes qw(sleep time);

my $count = 0;
my %running;

sub start
{
	my ($class, @options) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . '/port' . ++$count;
	my $tls = grep { $_ eq '--tls' } @options;
	my $pid = fork // croak "fork: $!";

	if (!$pid)
	{
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', "$file.err";
		exec '/usr/bin/python3', HttpProbe::tree() . '/test/tools/http_faults.py',
		  '--port-file', $file, '--log', "$file.log", @options
		  or POSIX::_exit(127);
	}
	$running{$pid} = 1;
	my $until = time + 20;
	until (-s $file)
	{
		croak 'http_faults.py did not start: ' . slurp_file("$file.err") if time > $until;
		sleep 0.02;
	}
	return bless { pid => $pid, port => slurp_file($file), log => "$file.log",
		scheme => $tls ? 'https' : 'http' }, $class;
}

sub port { return $_[0]{port} }

sub url
{
	my ($self, $path, $host) = @_;

	return "$self->{scheme}://" . ($host // '127.0.0.1') . ":$self->{port}$path";
}

# What was asked of it so far.
sub requests
{
	my ($self) = @_;

	return () unless -e $self->{log};
	return map { decode_json($_) } split /\n/, slurp_file($self->{log});
}

sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;

	local ($?, $!, $@);
	delete $running{$pid};
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return;
}

END
{
	my $status = $?;
	foreach my $pid (keys %running)
	{
		kill 'KILL', $pid;
		waitpid $pid, 0;
	}
	$? = $status;
}

1;
