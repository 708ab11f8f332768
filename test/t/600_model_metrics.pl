# The model's views give what an independent computation gives: the templates of
# sql/model over local tables full of awkward rows, against Python that works from
# the raw events; see test/model/README.md.
#
#   MODEL_SEEDS    of the data, separated by commas (1,2,3,4,5: a zone each)

use strict;
use warnings;
use IPC::Run;
use JSON::PP;
use PendoTest;
use Test::More;

my $seeds = $ENV{MODEL_SEEDS} // '1,2,3,4,5';
# The templates alone: nothing here needs the extension.
my $node = new_node(extension => 0);
my ($stdout, $stderr) = ('', '');
my @command = ('/usr/bin/python3', tree_folder() . '/test/model/run.py', '--host', $node->host,
	'--port', $node->port, '--user', scalar getpwuid($<), '--seeds', $seeds);

my $good = IPC::Run::run(\@command, '>', \$stdout, '2>', \$stderr);
my ($last) = $stdout =~ /^(\{.*\})\n\z/m;
die "run.py did not come to its end:\n$stdout$stderr" unless $good && $last;
my $found = decode_json($last);

note("seeds $seeds");
note($stdout);
is($found->{failed}, 0, "$found->{passed} comparisons, of $found->{views} views")
  or diag(join "\n", grep { !/^# ok / } split /\n/, $stdout);
cmp_ok($found->{passed}, '>=', 200, 'so many comparisons') unless exists $ENV{MODEL_SEEDS};
is_deeply($found->{empty}, [], 'every view had rows to compare')
  unless exists $ENV{MODEL_SEEDS};

# That it can fail.
cmp_ok($found->{sabotaged}, '>=', 20, 'wrong numbers were tried');
is_deeply($found->{missed}, [], 'and each was found') or diag(join "\n", @{ $found->{missed} });

done_testing();
