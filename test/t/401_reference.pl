# The reference pages are what the data behind import, validation and settings
# says: each is printed anew and compared.  The new ones are kept in the run's
# output; "make docs" puts them in their place.

use strict;
use warnings;
use lib 'test/t';
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = tree_folder() . '/docs/reference';
my $output = work_folder() . '/output/tap/reference';
mkdir $output;

my $node = new_node();
foreach my $page (qw(tables crm_tables options settings))
{
	my ($code, $text, $err) = $node->psql('postgres', slurp_file("$folder/$page.sql"));
	is($code, 0, "$page.sql runs") or diag $err;
	cmp_ok(length $text, '>', 500, "$page.md says something");
	next if $code != 0;
	open my $file, '>', "$output/$page.md" or die "$output/$page.md: $!";
	print $file "$text\n";
	close $file;
	my $committed = -e "$folder/$page.md" ? slurp_file("$folder/$page.md") : '';
	ok($committed eq "$text\n", "docs/reference/$page.md is up to date (make docs renews it)");
}
done_testing();
