
# DeliveryWriters: what the writers of 820_delivery_crash.pl write, as SQL scripts.
#
#   my $writers = DeliveryWriters->new(hs => 60, sf => 60);   # how many keys each
#   $session->start($writers->first);
#   $session->start($writers->script(transactions => 10));
#
# Values are used once, apart from the A and B of a field that goes from A to B and back,
# and null.  Keys of a transaction are in order, so that writers do not wait in a circle.

package DeliveryWriters;

use strict;
use warnings;
use DeliveryHistory;

my %object = (hs => 'companies', sf => 'Account');
my %task = (hs => 'tasks', sf => 'Task');
my %fields = (hs => [qw(name city country description website)], sf => [qw(Name BillingCity BillingCountry Phone Description)]);

sub new
{
	my ($class, %keys) = @_;

	return bless { number => 0, undone => 0, back => 0, keys => { map { my $c = $_; $c => [ map { "$c-$_" } 1 .. $keys{$c} ] } keys %keys } }, $class;
}

sub value { return 'v' . ++$_[0]{number} }
sub connection { return rand() < 0.5 ? 'hs' : 'sf' }

# Some keys change often.
sub key
{
	my ($self, $connection) = @_;
	my $keys = $self->{keys}{$connection};

	return $keys->[ rand() < 0.3 ? int rand 8 : int rand @$keys ];
}

sub change
{
	my ($self, $connection, $key, $fields) = @_;
	my @class = rand() < 0.15 ? (class => 'signal') : ();
	my @look = rand() < 0.1 ? (look => 1) : ();
	# Salesforce looks for ids first.
	my @operation = $connection eq 'sf' && rand() < 0.15 && $key =~ /^sf-/ ? (operation => 'update') : ();

	return DeliveryHistory::change(connection => $connection, object => $object{$connection}, key => $key, fields => $fields, @class, @look, @operation);
}

# Some fields of a record; a name that is there stays.
sub some_fields
{
	my ($self, $connection, $prefix) = @_;
	my @names = grep { rand() < 0.4 } @{ $fields{$connection} };

	@names = $fields{$connection}[0] unless @names;
	return { map { $_ => rand() < 0.1 && $_ !~ /^name$/i ? undef : ($prefix // '') . $self->value } @names };
}

sub all_fields { my ($self, $connection) = @_; return { map { $_ => $self->value } @{ $fields{$connection} } } }

# All keys, once.
sub first
{
	my ($self) = @_;

	return join "\n", 'BEGIN;', (map { my $c = $_; map { DeliveryHistory::change(connection => $c, object => $object{$c}, key => $_,
				fields => $self->all_fields($c)) } @{ $self->{keys}{$c} } } sort keys %{ $self->{keys} }), 'COMMIT;';
}

sub several
{
	my ($self, $prefix) = @_;
	my %changes;

	$self->{undone}++ if $prefix;
	for (0 .. int rand 4)
	{
		my $connection = connection();
		my $key = $self->key($connection);
		$changes{"$connection $key"} = $self->change($connection, $key, $self->some_fields($connection, $prefix));
	}
	return map { $changes{$_} } sort keys %changes;
}

# A to B to A, in one transaction or in three.
sub there_and_back
{
	my ($self) = @_;
	my $connection = connection();
	my $key = $self->key($connection);

	$self->{back}++;
	my $field = $fields{$connection}[ rand @{ $fields{$connection} } ];
	my @changes = map { $self->change($connection, $key, { $field => "$_ of $field" }) } qw(A B A);

	return rand() < 0.5 ? ('BEGIN;', @changes, 'COMMIT;') : @changes;
}

# A new record, and at once a change of a part of it.
sub new_record
{
	my ($self) = @_;
	my $connection = connection();
	my $key = "$connection new " . ++$self->{number};
	my ($name, @others) = @{ $fields{$connection} };
	my @first = $self->change($connection, $key, $self->all_fields($connection));

	return ('BEGIN;', @first, 'COMMIT;') if rand() < 0.4;
	return (@first, $self->change($connection, $key, { $name => $self->value, $others[0] => $self->value }));
}

sub task
{
	my ($self) = @_;
	my $connection = connection();
	my $n = ++$self->{number};

	return DeliveryHistory::change(connection => $connection, object => $task{$connection}, key => "$connection task $n", operation => 'create',
		class => 'signal', fields => $connection eq 'hs' ? { hs_task_subject => "Call $n", hs_timestamp => '2026-12-01T09:00:00.000Z' } : { Subject => "Call $n" });
}

# To fail: by a value, or by a fault that names the key.
sub doomed
{
	my ($self, $connection, $key) = @_;
	my $fields = $self->all_fields($connection);

	$fields->{numberofemployees} = 'many' if !defined $key;
	return DeliveryHistory::change(connection => $connection, object => $object{$connection}, key => $key // 'hs doomed ' . ++$self->{number},
		fields => $fields, doomed => 1);
}

sub transaction
{
	my ($self) = @_;
	my $kind = rand;

	return $self->there_and_back if $kind < 0.15;
	return $self->new_record if $kind < 0.25;
	return $self->task if $kind < 0.4;
	return ('BEGIN;', $self->several('never '), 'ROLLBACK;') if $kind < 0.5;
	return ('BEGIN;', $self->task, 'SAVEPOINT s;', $self->several('never '), 'ROLLBACK TO s;', $self->task, 'COMMIT;') if $kind < 0.6;
	return ('BEGIN;', $self->several, 'COMMIT;');
}

# Transactions one after the other, with short breaks.
sub script
{
	my ($self, %of) = @_;

	my @lines = map { my $ms = int rand($of{pause} // 30); ($self->transaction, "SELECT pg_sleep(0.001 * $ms) \\g /dev/null") } 1 .. $of{transactions};

	return join "\n", @lines, '';
}

1;
