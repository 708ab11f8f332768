
# FaultRun: runs the cells of FaultMatrix for some kinds of tables.  Each ends
# with exact rows or with the right error, and its fault was met indeed.
#
#   use FaultRun;
#   run_matrix('entity', 'REST');

package FaultRun;

use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Encode qw(encode_utf8);
use Exporter 'import';
use FaultMatrix qw(@kinds %options cells);
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(run_matrix);

my %schemas = (live => {}, long => { window => '30 days' }, whole => { window => '30 days', spool => 'all' });
my ($pendo, $node, $session, %truth);

sub start_all
{
	my @tables = map { $_->{table} // () } @kinds;

	$pendo = start_stand_in(size => 'small', days => 16, now => '2024-06-15T12:00:00Z', frozen => 1);
	$node = new_node();
	connect_live($node, $pendo, name => $_, schema => $_, tables => \@tables,
		server => { %options, %{ $schemas{$_} } })
	  foreach sort keys %schemas;
	$session = LiveSession->new($node);
	return;
}

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

# Without a fault all is well; what is there, and how much.
sub check_truth
{
	my ($kind) = @_;
	my @schemas = $kind->{table} ? sort keys %schemas : 'live';

	$truth{ $kind->{name} } = $kind->{table} ? true_rows($kind) : (run($kind, 'live'))[1];
	foreach my $schema (@schemas)
	{
		is((run($kind, $schema))[1], $truth{ $kind->{name} }, "$kind->{name}, $schema: no fault");
	}
	cmp_ok((split ' ', $truth{ $kind->{name} })[0], '>', 15, "$kind->{name}: there is something to lose");
	return;
}

my $gzip = '';
sub check_cell
{
	my ($cell) = @_;
	my ($kind, $phase) = @$cell{qw(kind phase)};

	$pendo->set_switches(gzip => $cell->{gzip}) if $gzip ne $cell->{gzip};
	$gzip = $cell->{gzip};
	$pendo->settle;
	$pendo->clear_log;
	$pendo->set_faults($cell->{rule});
	my @outcome = run($kind, $phase->{schema});
	is(faults_of($cell, @outcome, $truth{ $kind->{name} }), '', $cell->{name});
	sleep $cell->{fault}{rest} if $cell->{fault}{rest};
	return;
}

sub run_matrix
{
	my %wanted = map { $_ => 1 } @_;
	my @chosen = grep { $wanted{ $_->{name} } } @kinds;
	my %seconds;

	die 'unknown kind of table' if @chosen != keys %wanted;
	start_all();
	check_truth($_) foreach @chosen;
	foreach my $cell (grep { $wanted{ $_->{kind}{name} } } cells())
	{
		my $began = time;

		check_cell($cell);
		$seconds{ $cell->{fault}{name} } += time - $began;
	}
	$pendo->clear_faults;
	is((run($_, 'live'))[1], $truth{ $_->{name} }, "$_->{name}: no fault, afterwards") foreach @chosen;
	note sprintf '%6.1f s  %s', $seconds{$_}, $_
	  foreach (sort { $seconds{$b} <=> $seconds{$a} } keys %seconds)[ 0 .. 9 ];
	return;
}

1;
