
# Budgets that all sessions share, secret files, and spools.

use strict;
use warnings;
use HttpProbe;
use PostgreSQL::Test::Utils;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $node = probe_node();
my $began;

sub value { my ($sql) = @_; return $node->safe_psql('postgres', "SELECT $sql") }

sub take
{
	my ($host, $key, $rate, $burst, $class) = @_;

	return value("probe_take('$host', '$key', $rate, $burst, " . ($class // 0) . ')');
}

# Budgets.  Each call is a session of its own.
is(take('Empty.test', 'k', 10, 5) > 0, 1, 'a budget begins empty');
sleep 0.3;
is(take('empty.test', 'k', 10, 5), 0, 'and fills, for every spelling of the host');
cmp_ok(take('empty.test', 'other', 10, 5), '>', 0, 'not for another credential');
cmp_ok(take('other.test', 'k', 10, 5), '>', 0, 'nor for another host');

# Five tokens at most, however long it rests.
take('burst.test', 'k', 100, 5);
sleep 0.2;
is(value("count(*) FROM generate_series(1, 20) WHERE probe_take('burst.test', 'k', 0.001, 5, 0) = 0"),
	5, 'no more than the burst at once');
cmp_ok(take('burst.test', 'k', 0.001, 5), '>', 100_000, 'then at the new rate');

# What a class leaves to the classes before it: with a burst of ten, an analyst
# leaves 4, a pull 2, a push 1.
foreach my $case ([ 3, 6 ], [ 2, 8 ], [ 1, 9 ], [ 0, 10 ])
{
	my ($class, $tokens) = @$case;
	take("class$class.test", 'k', 1000, 10);
	sleep 0.05;
	is(value("count(*) FROM generate_series(1, 20) WHERE probe_take('class$class.test', 'k', 0.001, 10, $class) = 0"),
		$tokens, "class $class gets $tokens of 10");
}
foreach my $burst (1 .. 3)
{
	take("small$burst.test", 'k', 1000, $burst);
	sleep 0.02;
	is(take("small$burst.test", 'k', 1000, $burst, 3), 0, "an analyst gets a token of a burst of $burst");
}

# What others use of a limit.  The interval is longer than this takes.
my $share = "'share.test', 'k', 1000, 200";
my $taken = sub {
	my ($rate, $class) = @_;
	return value("count(*) FROM generate_series(1, 200) WHERE probe_take('share.test', 'k', $rate, 200, $class) = 0");
};
value("probe_share($share, 100, 100, 60000)");
sleep 0.3;
is(value("count(*) FROM generate_series(1, 20) WHERE probe_take($share, 0) = 0"), 20, 'twenty are sent');
value("probe_share($share, 100, 60, 60000)");
is($taken->(1000, 3), 50 - 4 - 20, 'others who begin with twenty may get half, whoever of us asks');
is($taken->(1000, 0), 4, 'an analyst leaves some');
cmp_ok(take('share.test', 'k', 1000, 200), '>', 30_000, 'then all wait for the oldest');
value("probe_share($share, 100, 0, 60000)");
cmp_ok(take('share.test', 'k', 1000, 200), '>', 30_000, 'as when others want more');
cmp_ok(take('share.test', 'other', 1000, 200), '<', 1000, 'another credential does not');
value("probe_share('slow.test', 'k', 0.001, 5, 1000, 1000, 60000)");
cmp_ok(take('slow.test', 'k', 0.001, 5), '>', 100_000, 'a large limit grants no token');

# Holds.
my $key = "'hold.test', 'k', 1000, 10";
take('hold.test', 'k', 1000, 10);
ok(value("abs(extract(epoch FROM probe_hold($key, now() + interval '2 min') - now() - interval '2 min')) < 1") eq 't',
	'a hold says when it ends');
cmp_ok(take('hold.test', 'k', 1000, 10), '>', 90_000, 'nobody takes a token before');
value("probe_hold($key, now() + interval '1 s')");
cmp_ok(take('hold.test', 'k', 1000, 10), '>', 90_000, 'a shorter hold does not shorten it');
# So slow that few tokens come however long this takes; a burst would be ten.
take('brief.test', 'k', 2, 10);
value("probe_hold('brief.test', 'k', 2, 10, clock_timestamp() + interval '400 ms')");
cmp_ok(take('brief.test', 'k', 2, 10), '>', 0, 'held');
sleep 0.55;
is(value("count(*) FROM generate_series(1, 20) WHERE probe_take('brief.test', 'k', 2, 10, 0) = 0") <= 5,
	1, 'after a hold there is no burst');
value("probe_hold('far.test', 'k', 1, 1, now() + interval '10 years')");
cmp_ok(take('far.test', 'k', 1, 1), '<=', 24 * 3600 * 1000, 'no hold is longer than a day');

# What an answer tells.
take('learn.test', 'k', 1000, 10);
sleep 0.05;
value("probe_learn('learn.test', 'k', 0.001, 10, 2, -1)");
is(value("count(*) FROM generate_series(1, 20) WHERE probe_take('learn.test', 'k', 0.001, 10, 0) = 0"), 2,
	'two are left over');
value("probe_learn('learn.test', 'k', 1000, 10, 0, 5000)");
cmp_ok(take('learn.test', 'k', 1000, 10), '>', 4000, 'none is, until the window ends');

# A 429 holds everyone with the key.
my $faults = start_faults();
$began = time;
my $row = fetch($node, $faults->url('/status?code=429&retry_after=1'), 'rate=1000', 'attempts=2');
cmp_ok(time - $began, '>=', 1, 'the next attempt waits as long as was asked');
is(scalar($faults->requests), 2, 'there is one');
cmp_ok(value("probe_take('probe', 'x', 1000, 1, 0)"), '>', 200, 'and others wait, too');

# Two sessions at a time take no more than the rate in all.
take('race.test', 'k', 50, 1);
my @children;
$began = time;
foreach my $n (1, 2)
{
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		my ($out) = ('');
		$node->psql('postgres', q{DO $$ DECLARE ms bigint; BEGIN FOR n IN 1 .. 25 LOOP LOOP
			ms := probe_take('race.test', 'k', 50, 1, 0); EXIT WHEN ms = 0;
			PERFORM pg_sleep(ms / 1000.0); END LOOP; END LOOP; END $$});
		POSIX::_exit(0);
	}
	push @children, $pid;
}
waitpid $_, 0 foreach @children;
cmp_ok(time - $began, '>', 0.96, 'fifty tokens at fifty a second take a second');

# More pairs than the table holds: it does not overflow.
value("sum(probe_take('many' || n || '.test', 'k', 1, 1, 0)) FROM generate_series(1, 300) n");
cmp_ok(take('one-more.test', 'k', 1, 1), '>', 0, 'a full table makes newcomers wait');
cmp_ok(take('hold.test', 'k', 1000, 10), '>', 20_000, 'and forgets no hold');

# The same, preloaded.
my $preloaded = probe_node(name => 'preloaded', preload => 1);
cmp_ok($preloaded->safe_psql('postgres', "SELECT probe_take('a', 'k', 1, 1, 0)"), '>', 0, 'with preload');
$preloaded->stop;

# Secrets.
my $folder = "$ENV{WORK}/secrets";
my $write = sub {
	my ($name, $text, $mode) = @_;
	unlink "$folder/$name";
	append_to_file("$folder/$name", $text);
	chmod $mode // 0600, "$folder/$name";
};
my $refused = sub {
	my ($name, $pattern) = @_;
	my ($out, $error) = ('', '');
	$node->psql('postgres', "SELECT probe_secret('$name')", stdout => \$out, stderr => \$error);
	like($error, $pattern, "secret refused: $pattern");
	unlike($error, qr/hush/, 'without a word of it');
	is($out, '', 'nothing returned');
};
$write->(good => "hush hush\n");
is(value("probe_secret('good')"), 'hush hush', 'a secret, without its newline');
$write->(good => "second\n");
is(value("probe_secret('good')"), 'second', 'read anew at each use');
$write->(group => "hush\n", 0640);
is(value("probe_secret('group')"), 'hush', 'a group may read it');
$write->(others => "hush\n", 0644);
$refused->(others => qr/Others may read/);
$write->(writable => "hush\n", 0660);
$refused->(writable => qr/may write/);
$write->(empty => "\n");
$refused->(empty => qr/empty/);
$write->(none => '');
$refused->(none => qr/empty/);
$write->(lines => "hush\nhush\n");
$refused->(lines => qr/control characters/);
$write->(dos => "hush\r\n");
$refused->(dos => qr/control characters/);
$write->(nul => "hu\0sh\n");
$refused->(nul => qr/control characters/);
$write->(long => 'hush' x 20000);
$refused->(long => qr/longer than 64 kB/);
symlink "$folder/good", "$folder/link";
$refused->(link => qr/symbolic link/);
mkdir "$folder/folder", 0700;
$refused->(folder => qr/not a regular file/);
POSIX::mkfifo("$folder/pipe", 0600);
$refused->(pipe => qr/not a regular file/);
$refused->(missing => qr/could not open/);
$refused->($_ => qr/invalid name/) foreach '../secrets/good', '/etc/passwd', '.hidden', '', 'a/b', 'ä';
unlink "$folder/pipe", "$folder/link";
rmdir "$folder/folder";

# Spools, small and large, within a transaction and beyond, and their files.
my $temporary = sub { return scalar grep { -f } glob $node->data_dir . '/base/pgsql_tmp/*' };
foreach my $beyond ('false', 'true')
{
	is(value("probe_spool($_, $beyond, false)"), $_, "a spool of $_ bytes, inter-transaction $beyond")
	  foreach 1, 65536, 65537, 5000000;
	my ($out, $error) = ('', '');
	$node->psql('postgres', "SELECT probe_spool(1000000, $beyond, true)", stdout => \$out, stderr => \$error);
	like($error, qr/asked to fail/, 'an error amidst');
	$node->psql('postgres', "DO \$\$ BEGIN FOR n IN 1 .. 5 LOOP BEGIN PERFORM probe_spool(1000000, $beyond, true);"
		  . " EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; PERFORM probe_spool(2000000, $beyond, false); END \$\$",
		stderr => \$error);
	is($error =~ /ERROR/ ? $error : '', '', 'errors that are caught');
	is($temporary->(), 0, 'no file is left');
}
my ($out, $error) = ('', '');
$node->psql('postgres', "SET temp_file_limit = '1MB'; SELECT probe_spool(5000000, true, false)",
	stdout => \$out, stderr => \$error);
like($error, qr/temp_file_limit/, 'temp_file_limit holds');
is($temporary->(), 0, 'and nothing is left then');
unlike(slurp_file($node->logfile), qr/leak|terminated by signal|PANIC/, 'no warning of a leak');

done_testing();
