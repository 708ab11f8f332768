
# ContractProxy: stands between the extension and a stand-in, and lets through what the
# vendor's published documents allow; see test/contract/proxy.js.
#
#   plan skip_all => $reason if my $reason = ContractProxy::reason_not_to('hubspot');
#   my $proxy = ContractProxy->start('hubspot', $stand_in->{url});
#   $proxy->{url}                   to be called instead of the stand-in
#   my @calls = $proxy->log;        { method, path, call, document, status, request, answer }

package ContractProxy;

use strict;
use warnings;
use Carp;
use Cwd ();
use HTTP::Tiny;
use JSON::PP;
use PendoTest;
use POSIX ();
use Test::More ();
use Time::HiRes qw(sleep time);

my $number = 0;

sub folder { return PendoTest::work_folder() . '/tmp/contract' }
sub documents { return "$ENV{PENDO_FDW_SPECS}/$_[0]" }

# Why the proxy cannot be had here, undef if it can.  Puts it and the packages that it needs
# into the run's folder.  What is wrong with the packages themselves is no reason but an error.
sub reason_not_to
{
	my ($vendor) = @_;

	return 'PENDO_FDW_SPECS names no folder of vendors\' documents' unless length($ENV{PENDO_FDW_SPECS} // '');
	return 'there is no folder ' . documents($vendor) unless -d documents($vendor);
	foreach my $program ('node', 'npm')
	{
		return "$program is not installed" unless grep { -x "$_/$program" } split /:/, $ENV{PATH};
	}
	my ($from, $to) = (PendoTest::tree_folder() . '/test/contract', folder());
	my $said = `mkdir -p $to && cp $from/*.js $from/*.json $to && cd $to && timeout 120 npm ci --ignore-scripts --no-audit --no-fund \\
		--no-update-notifier --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=30000 2>&1 </dev/null`;
	return undef if $? == 0;
	return "npm reaches no registry ($1)"
	  if $said =~ /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/;
	return 'npm took too long' if $? >> 8 == 124;
	croak "npm ci: $said";
}

sub start
{
	my ($class, $vendor, $target) = @_;
	my $file = folder() . '/port.' . ++$number;

	# It ends when this end of the pipe is closed, however this program ends.
	pipe my $to_close, my $kept or croak "pipe: $!";
	my $pid = fork // croak "fork: $!";
	if (!$pid)
	{
		open STDIN, '<&', $to_close;
		open STDOUT, '>', "$file.log";
		open STDERR, '>&', \*STDOUT;
		close $kept;
		exec 'node', folder() . '/proxy.js', documents($vendor), $target, $file, folder() . "/$vendor.json"
		  or POSIX::_exit(127);
	}
	my $self = bless { pid => $pid, kept => $kept }, $class;
	for (my $until = time + 60; !-s $file; sleep 0.02)
	{
		next if time < $until && !waitpid($pid, POSIX::WNOHANG());
		Test::More::diag(PostgreSQL::Test::Utils::slurp_file("$file.log"));
		croak 'the proxy did not start';
	}
	$self->{url} = decode_json(PostgreSQL::Test::Utils::slurp_file($file))->{url};
	$self->{http} = HTTP::Tiny->new(timeout => 60, proxy => undef, http_proxy => undef, https_proxy => undef);
	return $self;
}

sub asked { my ($self, $what) = @_; return @{ decode_json($self->{http}->get("$self->{url}/_contract/$what")->{content}) } }
sub log { return $_[0]->asked('log') }
sub needless { return $_[0]->asked('needless') }

sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;

	local ($?, $!);
	close delete $self->{kept};
	waitpid $pid, 0;
	return;
}

sub DESTROY { $_[0]->stop; return }

1;
