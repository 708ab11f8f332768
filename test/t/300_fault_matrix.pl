
# Every fault at every kind of table in every phase (FaultMatrix.pm): it ends
# with exact rows or with the right error, and was met indeed.

use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Encode qw(encode_utf8);
use FaultMatrix qw(@kinds %options cells);
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $pendo = start_stand_in(size => 'small', days => 16, now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
my @tables = map { $_->{table} // () } @kinds;
my %schemas = (live => {}, long => { window => '30 days' }, whole => { window => '30 days', spool => 'all' });

connect_live($node, $pendo, name => $_, schema => $_, tables => \@tables,
	server => { %options, %{ $schemas{$_} } })
  foreach sort keys %schemas;
my $session = LiveSession->new($node);

# A table's rows as one line: their number and a digest of them, sorted.
sub rows_query
{
	my ($kind, $schema) = @_;
	my $line = join ' || chr(31) || ', map { "coalesce(($_->[0])::text, '~')" } @{ $kind->{columns} };
	my $where = $kind->{where} ? "WHERE $kind->{where}" : '';

	return qq{SELECT count(*) || ' ' || md5(coalesce(string_agg(line, chr(30) ORDER BY line COLLATE "C"), ''))}
	  . " FROM (SELECT $line AS line FROM $schema.$kind->{table} $where) rows";
}

sub member
{
	my ($row, $path) = @_;

	foreach my $name (split /\./, $path)
	{
		return '~' unless ref $row eq 'HASH' && defined $row->{$name};
		$row = $row->{$name};
	}
	return "$row";
}

# The same of the stand-in's own rows.
sub true_rows
{
	my ($kind) = @_;
	my @lines;

	foreach my $row ($pendo->data($kind->{table}))
	{
		next if $kind->{time} && ($row->{ $kind->{time} } < $kind->{range}[0] || $row->{ $kind->{time} } >= $kind->{range}[1]);
		push @lines, encode_utf8(join chr(31), map { member($row, $_->[1]) } @{ $kind->{columns} });
	}
	return @lines . ' ' . md5_hex(join chr(30), sort @lines);
}

# What a cell runs before its statement, and the statement.
sub statements
{
	my ($kind, $schema) = @_;

	return ('', rows_query($kind, $schema)) if $kind->{table};
	return ('DROP SCHEMA IF EXISTS fresh CASCADE; CREATE SCHEMA fresh',
		'IMPORT FOREIGN SCHEMA pendo LIMIT TO (visitor) FROM SERVER live INTO fresh');
}

# What came of it: an import's result is the table's columns.
sub result
{
	my ($kind, $output) = @_;

	return $output if $kind->{table};
	return $session->value(q{SELECT count(*) || ' ' || md5(coalesce(string_agg(attname || ' ' || atttypid::regtype,
			',' ORDER BY attnum), '')) FROM pg_attribute
		WHERE attrelid = to_regclass('fresh.visitor') AND attnum > 0});
}

sub run
{
	my ($kind, $schema) = @_;
	my ($before, $statement) = statements($kind, $schema);

	$session->value($before) if $before ne '';
	my ($state, $output, $error) = $session->run($statement);
	return ($state, result($kind, $output), $error);
}

# As many rows, and not the same.
sub is_altered
{
	my ($result, $truth) = map { [ split ' ' ] } @_;

	return $result->[0] == $truth->[0] && $result->[1] ne $truth->[1];
}

# What is wrong with a cell that came out so; nothing is the good answer.
sub faults_of
{
	my ($cell, $state, $result, $error, $truth) = @_;
	my $fired = $pendo->fired('cell');
	my @met = grep { ($_->{fault} // '') eq 'cell' } $pendo->log;
	my $times = $cell->{rule}{times};
	my $nothing = $cell->{kind}{table} ? '' : '0 ' . md5_hex('');
	my @wrong;

	push @wrong, "SQLSTATE $state instead of $cell->{state}: $error" if $state ne $cell->{state};
	push @wrong, "rows $result instead of $truth"
	  if $state eq '00000' && ($cell->{is_altered} ? !is_altered($result, $truth) : $result ne $truth);
	push @wrong, "an error, and yet $result" if $state ne '00000' && $result ne $nothing;
	push @wrong, 'the fault never fired' if !$fired;
	push @wrong, "the fault fired $fired times instead of $times" if $fired && $times > 0 && $fired != $times;
	push @wrong, "the log shows it at @{[scalar @met]} requests instead of $fired" if @met < $fired;
	push @wrong, 'no hint at spool' if $cell->{rows_left} && $error !~ /HINT:.* spool 'all'/;
	push @wrong, "a hint at spool: $error" if !$cell->{rows_left} && $error =~ /spool 'all'/;
	return join '; ', @wrong;
}

my %truth;
foreach my $kind (@kinds)
{
	my @schemas = $kind->{table} ? sort keys %schemas : 'live';

	$truth{ $kind->{name} } = $kind->{table} ? true_rows($kind) : (run($kind, 'live'))[1];
	foreach my $schema (@schemas)
	{
		is((run($kind, $schema))[1], $truth{ $kind->{name} }, "$kind->{name}, $schema: no fault");
	}
	cmp_ok((split ' ', $truth{ $kind->{name} })[0], '>', 15, "$kind->{name}: there is something to lose");
}

my %seconds;
foreach my $cell (cells())
{
	my ($kind, $phase) = @$cell{qw(kind phase)};
	my $began = time;

	$pendo->set_switches(gzip => $cell->{gzip});
	$pendo->clear_log;
	$pendo->set_faults($cell->{rule});
	my @outcome = run($kind, $phase->{schema});
	is(faults_of($cell, @outcome, $truth{ $kind->{name} }), '',
		$cell->{name});
	sleep $cell->{fault}{rest} if $cell->{fault}{rest};
	$seconds{ $cell->{fault}{name} } += time - $began;
}
$pendo->clear_faults;
note sprintf '%6.1f s  %s', $seconds{$_}, $_
  foreach (sort { $seconds{$b} <=> $seconds{$a} } keys %seconds)[ 0 .. 9 ];
foreach my $kind (@kinds)
{
	is((run($kind, 'live'))[1], $truth{ $kind->{name} }, "$kind->{name}: no fault, afterwards");
}

done_testing();
