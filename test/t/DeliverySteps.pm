
# DeliverySteps: carries out the requests that the connectors' steps ask for.
#
#   my $remote = DeliverySteps->new($node, hubspot => $stand_in);
#   my $run = $remote->deliver(object => 'companies', key_field => 'external_id',
#       items => [ { key => 'A-1', fields => { name => 'One' } } ]);
#   $run->{results}    { key => result }
#   $run->{requests}   what was asked for: method, path, body
#   $run->{error}      { status, code, message, class } of an answer that is no 2xx one

package DeliverySteps;

use strict;
use warnings;
use Carp;
use HTTP::Tiny;
use JSON::PP;
use PendoTest;

my $ascii = JSON::PP->new->ascii->canonical->allow_nonref;

sub new
{
	my ($class, $node, $connector, $stand_in) = @_;
	my $self = bless { node => $node, connector => $connector, stand_in => $stand_in, item => 1000 }, $class;

	$self->{http} = HTTP::Tiny->new(timeout => 10, proxy => undef, http_proxy => undef, https_proxy => undef);
	$self->{version} = $connector eq 'hubspot' ? 'v3' : '68.0';
	$self->{token} = $connector eq 'hubspot' ? $stand_in->{token} : $self->sign_in;
	return $self;
}

sub sign_in
{
	my ($self) = @_;
	my $response = $self->{http}->post_form("$self->{stand_in}{url}/services/oauth2/token",
		{ grant_type => 'client_credentials', map { $_ => $self->{stand_in}{$_} } qw(client_id client_secret) });

	return decode_json($response->{content})->{access_token};
}

# Work as the steps take it.  Items are numbered; "look" is for all of them.
sub work
{
	my ($self, %of) = @_;
	my $look = delete $of{look} ? JSON::PP::true : JSON::PP::false;

	return {
		connection => 'crm', connector => $self->{connector}, version => $self->{version},
		operation => 'upsert', key_field => undef, %of,
		items => [ map { { item => ++$self->{item}, links => undef, look => $look, attempts => 0, %$_ } } @{ $of{items} } ]
	};
}

sub deliver
{
	my ($self, %of) = @_;
	my $work = $self->work(%of);
	my %key = map { $_->{item} => $_->{key} } @{ $work->{items} };
	my $run = { results => {}, requests => [], numbers => [ sort keys %key ] };
	my ($status, $answer);
	my $state = {};

	for my $turn (1 .. 100)
	{
		my $step = $self->step($work, $state, $answer);
		my %done = map { $_->{item} => $_ } @{ $step->{results} };
		foreach (values %done)
		{
			croak "a second result for item $_->{item}" if exists $run->{results}{ $key{ $_->{item} } };
			$run->{results}{ $key{ $_->{item} } } = $_;
		}
		$work->{items} = [ grep { !$done{ $_->{item} } } @{ $work->{items} } ];
		return $run unless defined $step->{method};
		$state = $step->{state};
		push @{ $run->{requests} }, $step;
		($status, $answer) = $self->send($step);
		next if $status >= 200 && $status < 300;
		$run->{error} = $self->error($status, $answer);
		return $run;
	}
	croak 'the steps come to no end';
}

sub step
{
	my ($self, $work, $state, $answer) = @_;

	return $self->value(sprintf 'SELECT to_json(s) FROM pendo._%s_step(%s, %s, %s) s', $self->{connector},
		json_literal($work), json_literal($state), defined $answer ? json_literal($answer) : 'NULL');
}

sub error
{
	my ($self, $status, $answer) = @_;

	return $self->value(sprintf q{SELECT json_build_object('status', %2$s, 'code', e.code, 'message', e.message,
			'class', pendo._error_class('%1$s', %2$s, e.code, e.message))
		  FROM pendo._%1$s_error(%2$s, %3$s) e}, $self->{connector}, $status,
		defined $answer ? json_literal($answer) : 'NULL');
}

# What is to be done about a failed item.
sub class_of
{
	my ($self, $result) = @_;

	return $self->{node}->safe_psql('postgres', sprintf "SELECT pendo._error_class('%s', NULL, %s, %s)", $self->{connector},
		map { PendoTest::quote_literal($_) } @{$result}{qw(code message)});
}

sub value
{
	my ($self, $sql) = @_;

	return decode_json($self->{node}->safe_psql('postgres', $sql));
}

sub json_literal
{
	return PendoTest::quote_literal($ascii->encode($_[0])) . '::jsonb';
}

# (status, answer): 0 when none came, undef when it is no JSON.
sub send
{
	my ($self, $step) = @_;
	my %request = (headers => { authorization => "Bearer $self->{token}", 'content-type' => 'application/json' });

	if (defined $step->{body})
	{
		$request{content} = $step->{body};
		utf8::encode($request{content});
	}
	my $response = $self->{http}->request($step->{method}, "$self->{stand_in}{url}$step->{path}", \%request);
	return (0, undef) if $response->{status} == 599;
	return ($response->{status}, scalar eval { decode_json($response->{content}) });
}

# What requests did since the last call, as the stand-in knows it.
sub effects
{
	my ($self) = @_;
	my ($parameter, $number) = $self->{connector} eq 'hubspot' ? qw(since n) : qw(after sequence);
	my @effects = rows($self->{stand_in}->control(GET => "effects?$parameter=" . ($self->{seen} // 0)));

	foreach (@effects)
	{
		$self->{seen} = $_->{$number} if $_->{$number} > ($self->{seen} // 0);
	}
	return @effects;
}

sub records
{
	my ($self, $object) = @_;

	return rows($self->{stand_in}->control(GET => "records/$object"));
}

# Rows of an array, or one a line.
sub rows
{
	my ($text) = @_;

	return @{ decode_json($text) } if $text =~ /^\[/;
	return map { decode_json($_) } split /\n/, $text;
}

1;
