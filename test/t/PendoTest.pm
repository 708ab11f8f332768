
# PendoTest: servers with the extension, and stand-ins to talk to, for TAP tests.
#
#   use PendoTest;
#   my $pendo = start_stand_in(size => 'small', now => '2024-06-15T12:00:00Z', frozen => 1);
#   my $node = new_node(settings => { work_mem => '1MB' });
#   connect_live($node, $pendo, tables => ['visitor'], server => { max_attempts => 2 });
#   $pendo->add_fault(id => 'f1', match => { path => '/api/v1' }, fault => 'html_error', args => { code => 502 });
#   is($node->safe_psql('postgres', 'SELECT count(*) FROM live.visitor'), ...);
#   my @requests = $pendo->requests(path => '/api/v1/aggregation');
#
# Stand-ins are ended when the test ends, however it does.

package PendoTest;

use strict;
use warnings;
use Carp;
use Exporter 'import';
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More ();

our @EXPORT = qw(start_stand_in new_node connect_live connect_crm write_secret quote_literal
  sqlstate_of tree_folder work_folder);

# The copy of the checkout that this run tests.
sub tree_folder
{
	return work_folder() . '/tree';
}

# The run's temporary folder.
sub work_folder
{
	return $ENV{WORK} // croak 'WORK is not set: run me by make check ONLY=tap TESTS=...';
}

sub start_stand_in
{
	return PendoTest::StandIn->start(@_);
}

my $nodes = 0;

# A running server whose database "postgres" has the extension.
#
#   name      of the node
#   preload   true: the library is preloaded; a string: that list is
#   settings  { name => value } for postgresql.conf, values unquoted
#   extension false: do not create it
#   init      [ arguments of PostgreSQL::Test::Cluster->init ]
sub new_node
{
	my (%options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($options{name} // 'node' . ++$nodes);

	$node->init(@{ $options{init} // [] });
	if (my $libraries = $options{preload})
	{
		$libraries = 'pendo_fdw' if $libraries eq '1';
		my ($configured) = slurp_file($ENV{TEMP_CONFIG}) =~ /^shared_preload_libraries = '(.+)'/m;
		$libraries = join ',', $configured // (), $libraries;
		$node->append_conf('postgresql.conf', "shared_preload_libraries = '$libraries'");
	}
	my $settings = $options{settings} // {};
	foreach my $name (sort keys %$settings)
	{
		$node->append_conf('postgresql.conf', "$name = " . quote_literal($settings->{$name}));
	}
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION pendo_fdw')
	  unless exists $options{extension} && !$options{extension};
	return $node;
}

# Make server, user mapping and live tables for a stand-in.
#
#   name      of the server (default pendo)        database  (postgres)
#   schema    that gets the tables (live)          user      of the mapping (PUBLIC)
#   server, mapping   { option => value }, over the defaults; undef drops one
#   tables    [ ... ] these alone; [] none
sub connect_live
{
	my ($node, $stand_in, %options) = @_;
	my $name = $options{name} // 'pendo';
	my $schema = $options{schema} // 'live';
	my $database = $options{database} // 'postgres';
	my $user = $options{user} // 'PUBLIC';
	my $server = option_list(base_url => $stand_in->url, time_zone => $stand_in->time_zone,
		history_start => '2024-05-01', %{ $options{server} // {} });
	my $mapping = option_list(integration_key => $stand_in->key, %{ $options{mapping} // {} });
	my $limit = $options{tables} ? 'LIMIT TO (' . join(', ', @{ $options{tables} }) . ')' : '';

	$node->safe_psql($database, qq{
		SET client_min_messages = warning;
		CREATE SERVER "$name" FOREIGN DATA WRAPPER pendo_fdw $server;
		CREATE USER MAPPING FOR $user SERVER "$name" $mapping;
		CREATE SCHEMA IF NOT EXISTS "$schema";});
	return if $options{tables} && !@{ $options{tables} };
	$node->safe_psql($database,
		qq{IMPORT FOREIGN SCHEMA pendo $limit FROM SERVER "$name" INTO "$schema"});
	return;
}

# Make server, user mapping of the superuser and live tables for a stand-in of
# HubSpot or Salesforce: connect_crm($node, $stand_in, 'name', %server_options), with
# the secrets in files of the test's own; "database" (postgres) and "refresh" (a refresh
# token signs in) are no options of the server.
sub connect_crm
{
	my ($node, $stand_in, $name, %options) = @_;
	my $refresh = delete $options{refresh};
	my $database = delete $options{database} // 'postgres';
	my %server = (requests_per_second => 10000, request_burst => 1000, retry_delay => '1ms',
		$stand_in->{token} ? (base_url => $stand_in->url, searches_per_second => 10000) : (), %options);
	my $json = JSON::PP->new->canonical->encode(\%server);
	my $file = "$name.$$";    # the folder is that of all tests
	my $call;

	write_secret($file => $stand_in->{token} // $stand_in->{client_secret});
	if ($stand_in->{token})
	{
		$call = "pendo.connect_hubspot('$name', secret_file => '$file', ";
	}
	else
	{
		write_secret("$file.refresh" => $stand_in->{refresh_token}) if $refresh;
		$call = "pendo.connect_salesforce('$name', '" . $stand_in->url . "', '$stand_in->{client_id}', '$file', "
		  . ($refresh ? "refresh_token_file => '$file.refresh', " : '');
	}
	return $node->safe_psql($database, "SELECT * FROM ${call}schema => '$name', options => " . quote_literal($json) . ')');
}

# OPTIONS (...) of a command, or nothing.
sub option_list
{
	my (%options) = @_;
	my @given = grep { defined $options{$_} } sort keys %options;

	return '' unless @given;
	return 'OPTIONS (' . join(', ', map { "$_ " . quote_literal($options{$_}) } @given) . ')';
}

sub quote_literal
{
	my ($text) = @_;

	$text =~ s/'/''/g;
	return "'$text'";
}

# Put a secret into the servers' pendo_fdw.secret_directory.  At once: a test that runs beside
# this one may read a file of the same name.
sub write_secret
{
	my ($name, $text) = @_;
	my $path = work_folder() . "/secrets/$name";
	my $new = "$path.$$";

	append_to_file($new, $text);
	chmod 0600, $new;
	rename $new, $path or croak "$path: $!";
	return $path;
}

# The SQLSTATE that a statement ends with, '00000' if with none, and its text.
sub sqlstate_of
{
	my ($node, $sql, %params) = @_;
	my ($stdout, $stderr) = ('', '');
	my $database = delete $params{database} // 'postgres';

	$node->psql($database, "\\set VERBOSITY verbose\n$sql",
		stdout => \$stdout, stderr => \$stderr, on_error_stop => 1, %params);
	my ($state) = $stderr =~ /(?:ERROR|FATAL):  ([0-9A-Z]{5}): /;
	return wantarray ? ($state // '00000', $stderr, $stdout) : $state // '00000';
}

# A stand-in and its controls; see test/sandbox/README.md for what they mean.
package PendoTest::StandIn;

use Carp;
use HTTP::Tiny;
use JSON::PP;
use Scalar::Util qw(weaken);
use POSIX ();
use Time::HiRes qw(sleep time);

my %running;

# Options are those of test/sandbox/pendo.py, "_" for "-": size => 'small',
# now => '...', frozen => 1, tls => [ $certificate, $key ],
# switches => { name => 'value' }, seed => 1; kind => 'hubspot' or 'salesforce' for
# one of those.
sub start
{
	my ($class, %options) = @_;
	my $switches = delete $options{switches} // {};
	my $kind = delete $options{kind} // 'pendo';
	my $number = keys(%running) + 1;
	my $file = PendoTest::work_folder() . "/tmp/stand-in.$$.$number." . int(time * 1000);
	my @command = ('/usr/bin/python3', PendoTest::tree_folder() . "/test/sandbox/$kind.py",
		'--exit-with-parent', '--port-file', $file);

	foreach my $name (sort keys %options)
	{
		my $value = $options{$name};
		next unless defined $value;
		push @command, '--' . $name =~ tr/_/-/r;
		push @command, ref $value ? @$value : $value unless $name eq 'frozen';
	}
	push @command, '--switch', "$_=$switches->{$_}" foreach sort keys %$switches;

	my $pid = fork // croak "fork: $!";
	if (!$pid)
	{
		open STDOUT, '>', "$file.out";
		open STDERR, '>', "$file.err";
		exec @command or POSIX::_exit(127);
	}
	my $self = bless { pid => $pid, log => "$file.err" }, $class;
	$running{$pid} = $self;
	weaken $running{$pid};

	my $until = time + 60;
	until (-s $file)
	{
		if (waitpid($pid, POSIX::WNOHANG()) || time > $until)
		{
			Test::More::diag(PostgreSQL::Test::Utils::slurp_file("$file.err"));
			croak 'the stand-in did not start';
		}
		sleep 0.02;
	}
	%$self = (%$self, %{ decode_json(PostgreSQL::Test::Utils::slurp_file($file)) }, pid => $pid);
	$self->{http} = HTTP::Tiny->new(timeout => 60, verify_SSL => 0, proxy => undef,
		http_proxy => undef, https_proxy => undef);
	return $self;
}

sub url { return $_[0]{url} }
sub port { return $_[0]{port} }
sub key { return $_[0]{key} }
sub read_only_key { return $_[0]{read_only_key} }
sub revoked_key { return $_[0]{revoked_key} }
sub time_zone { return $_[0]{time_zone} }

# One call of the control API; the answer as Perl data, or NDJSON as a list.
sub control
{
	my ($self, $method, $path, $body) = @_;
	my %request = (headers => { 'content-type' => 'application/json' });

	$request{content} = JSON::PP->new->utf8->canonical->encode($body) if defined $body;
	my $response = $self->{http}->request($method, "$self->{url}/_sandbox/$path", \%request);
	croak "$method /_sandbox/$path: $response->{status} $response->{content}"
	  unless $response->{success};
	return $response->{content};
}

sub control_json
{
	my $text = control(@_);

	return length $text ? decode_json($text) : undef;
}

# Every request since the start or the last clear_log.
sub log { return @{ control_json($_[0], GET => 'log') } }
sub clear_log { control($_[0], DELETE => 'log'); return }

# Those of them whose path begins so, or whose source is that.
sub requests
{
	my ($self, %which) = @_;

	return grep {
		(!defined $which{path} || index($_->{path}, $which{path}) == 0)
		  && (!defined $which{source} || ($_->{source} // '') eq $which{source})
	} $self->log;
}

sub switches { return control_json($_[0], GET => 'switches') }
sub set_switches { my ($self, %switches) = @_; control($self, PUT => 'switches', \%switches); return }

sub faults { return @{ control_json($_[0], GET => 'faults') } }
sub set_faults { my ($self, @faults) = @_; control($self, PUT => 'faults', \@faults); return }
sub add_fault
{
	my ($self, %fault) = @_;
	my @there = $self->faults;

	delete $_->{fired} foreach @there;
	$self->set_faults(@there, \%fault);
	return;
}
sub clear_faults { control($_[0], DELETE => 'faults'); return }

# How often a fault has fired.
sub fired
{
	my ($self, $id) = @_;
	my ($fault) = grep { $_->{id} eq $id } $self->faults;

	return $fault ? $fault->{fired} : 0;
}

# The generator's own rows of a table.
sub data
{
	my ($self, $table, %query) = @_;
	my $query = join '&', map { "$_=$query{$_}" } sort keys %query;
	my $json = JSON::PP->new->utf8->allow_bignum;

	return map { $json->decode($_) } split /\n/,
	  $self->control(GET => "data/$table" . ($query eq '' ? '' : "?$query"));
}

sub late { my ($self, %what) = @_; return control_json($self, POST => 'late', \%what) }
sub clock { my ($self, %what) = @_; return control_json($self, POST => 'clock', \%what) }
sub shuffle { my ($self, $seed) = @_; control($self, POST => 'shuffle', { seed => $seed }); return }
sub stats { return control_json($_[0], GET => 'stats') }

# Wait until no more requests come.  Those of a scan that was given up may be
# late, and would meet the faults that are meant for the next one.
sub settle
{
	my ($self) = @_;
	my ($seen, $quiet) = (-1, 0);

	while ($quiet < 4)
	{
		my $requests = $self->stats->{requests};
		$quiet = $requests == $seen ? $quiet + 1 : 0;
		$seen = $requests;
		sleep 0.005;
	}
	return;
}

# End it.  Safe to call twice.
sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;

	local ($?, $!, $@);
	delete $running{$pid};
	kill 'TERM', $pid;
	my $until = time + 5;
	while (waitpid($pid, POSIX::WNOHANG()) == 0)
	{
		kill 'KILL', $pid if time > $until;
		sleep 0.01;
	}
	return;
}

sub DESTROY { $_[0]->stop; return }

END
{
	my $status = $?;
	$_->stop foreach grep { defined } values %running;
	$? = $status;
}

1;
