
# LiveSession: a session that a test keeps open and watches, and the pair of
# server and stand-in that the tests 3xx_*.pl share.
#
#   my $session = LiveSession->new($node, user => 'analyst');
#   my ($state, $output, $error) = $session->run('SELECT 1');
#   $session->start('SELECT * FROM live.visitor');   # does not wait
#   my ($state, $output, $error) = $session->finish;

package LiveSession;

use strict;
use warnings;
use Carp;
use IO::Select;
use IPC::Open3;
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More ();
use Time::HiRes qw(sleep time);

my $count = 0;

sub new
{
	my ($class, $node, %options) = @_;
	my $errors = "$ENV{WORK}/tmp/session." . ++$count . ".$$.err";
	my @command = ('psql', '-XAtq', '-d', $node->connstr($options{database} // 'postgres'));
	my ($input, $output);

	push @command, '-U', $options{user} if $options{user};
	open my $error, '>>', $errors or croak "$errors: $!";
	local $ENV{PGAPPNAME} = "session $count";
	my $pid = open3($input, $output, '>&' . fileno($error), @command);
	close $error;
	my $self = bless { node => $node, pid => $pid, input => $input, output => $output,
		errors => $errors, seen => 0, pending => '' }, $class;

	$input->autoflush(1);
	my ($state, undef, $failure) = $self->run("\\set VERBOSITY verbose\n\\set SHOW_CONTEXT always");
	croak "no session: $failure" if $state eq '57P01';
	$self->{backend} = ($self->run('SELECT pg_backend_pid()'))[1];
	return $self;
}

# The process that serves it.
sub backend { return $_[0]{backend} }

# Send statements; psql goes on by itself after an error.
sub start
{
	my ($self, $sql) = @_;
	my $mark = 'mark ' . ++$self->{number};

	# A statement needs its semicolon, a command of psql must have none.
	$sql .= ';' unless $sql =~ /[;\n]\s*$/ || $sql =~ /\\(?:echo|set|gset|g)\b[^;\n]*$/;
	local $SIG{PIPE} = 'IGNORE';
	print { $self->{input} } "$sql\n\\echo '$mark' :SQLSTATE\n";
	$self->{mark} = $mark;
	return;
}

# (SQLSTATE of the last statement, output, error text) once all have ended; the
# SQLSTATE is '57P01' if the session did.  A server that crashed says so with a
# warning (57P02): psql may read it after a statement's success, or have no SQLSTATE
# because it was about to send, and takes the connection for sound.
sub finish
{
	my ($self, $seconds) = @_;
	my $until = time + ($seconds // 60);
	my $select = IO::Select->new($self->{output});

	while ($self->{pending} !~ /^\Q$self->{mark}\E (\S*)\n/m)
	{
		croak 'the statement does not end' if time > $until;
		next unless $select->can_read(0.5);
		next if sysread $self->{output}, $self->{pending}, 65536, length $self->{pending};
		my $error = $self->new_errors;
		my $pid = delete $self->{pid};
		waitpid $pid, 0 if defined $pid;
		return ('57P01', $self->{pending}, $error);
	}
	$self->{pending} =~ s/\A(.*?)^\Q$self->{mark}\E (\S*)\n//ms;
	my ($output, $state) = ($1, $2);
	my $error = $self->new_errors;
	chomp $output;
	return ($state eq '' || $error =~ /^WARNING: +57P02:/m ? '57P01' : $state, $output, $error);
}

# The same for who goes on with the test: state and error text; nothing if it does not end in
# so many seconds, which is said.
sub outcome
{
	my ($self, $patience) = @_;
	my ($state, undef, $error) = eval { $self->finish($patience) };

	return ($state, $error) if defined $state;
	Test::More::diag("$@ " . `ps -o pid,stat,wchan:20,args -p $self->{pid}`);
	return;
}

sub run
{
	my ($self, $sql, $seconds) = @_;

	$self->start($sql);
	return $self->finish($seconds);
}

# The same, for a statement that must succeed: its output.
sub value
{
	my ($self, $sql) = @_;
	my ($state, $output, $error) = $self->run($sql);

	croak "$sql: $error" if $state ne '00000';
	return $output;
}

# What psql wrote to its standard error since the last look.
sub new_errors
{
	my ($self) = @_;
	my $text = slurp_file($self->{errors}, $self->{seen});

	$self->{seen} += length $text;
	return $text;
}

# Descriptors of the backend that are sockets to others, and files of ours.
sub descriptors
{
	my ($self) = @_;
	my @names = map { readlink($_) // () } glob "/proc/$self->{backend}/fd/*";

	return (scalar(grep { /^socket:/ } @names), scalar(grep { m{/pgsql_tmp/} } @names));
}

sub quit
{
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;

	local ($?, $!, $@);
	close $self->{input};
	my $until = time + 10;
	while (waitpid($pid, POSIX::WNOHANG()) == 0)
	{
		kill 'KILL', $pid if time > $until;
		sleep 0.01;
	}
	return;
}

sub DESTROY { $_[0]->quit; return }

1;
