// tundish cache: what the cache holds, and keeping it small and sound.
#include <cstdio>
#include <ctime>

#include "base/human_units.h"
#include "cache/cache.h"
#include "cli/context.h"

namespace tundish::cli {
namespace {

// A cache that is off or out of reach: why.
Result<Cache> open_cache() {
  Cache cache = Cache::open({});
  TUNDISH_TRY(cache.status());
  return cache;
}

std::string count(uint64_t number, const char* one, const char* many) {
  return std::to_string(number) + ' ' + (number == 1 ? one : many);
}

std::string time_text(int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
  return text;
}

Status stats(Context& context) {
  TUNDISH_ASSIGN(const Cache cache, open_cache());
  TUNDISH_ASSIGN(const CacheStats stats, cache.stats());
  const nlohmann::json document = {{"folder", cache.folder()},
                                   {"entries", stats.entries},
                                   {"blobs", stats.blobs},
                                   {"size_bytes", stats.bytes},
                                   {"max_size_bytes", stats.max_bytes},
                                   {"oldest_use_unix_seconds", stats.oldest_use_seconds}};
  context.print(document, [&] {
    std::printf("folder      %s\n", cache.folder().c_str());
    std::printf("entries     %llu\n", static_cast<unsigned long long>(stats.entries));
    std::printf("size        %s of at most %s\n", human_size(stats.bytes).c_str(),
                human_size(stats.max_bytes).c_str());
    if (stats.oldest_use_seconds > 0) {
      std::printf("oldest use  %s\n", time_text(stats.oldest_use_seconds).c_str());
    }
  });
  return {};
}

Status collect(Context& context, const std::string& max_size) {
  TUNDISH_ASSIGN(const Cache cache, open_cache());
  uint64_t max_bytes = CacheOptions{}.max_bytes;
  if (!max_size.empty()) {
    auto parsed = parse_size(max_size);
    if (!parsed.has_value()) return parsed.error().with_context("--max-size");
    max_bytes = *parsed;
  }
  TUNDISH_ASSIGN(const CollectReport report, cache.collect(max_bytes));
  const nlohmann::json document = {{"folder", cache.folder()},
                                   {"removed_entries", report.removed_entries},
                                   {"removed_blobs", report.removed_blobs},
                                   {"removed_bytes", report.removed_bytes},
                                   {"remaining_bytes", report.remaining_bytes}};
  context.print(document, [&] {
    std::printf(
        "removed %s, %s; %s remain\n", count(report.removed_entries, "entry", "entries").c_str(),
        human_size(report.removed_bytes).c_str(), human_size(report.remaining_bytes).c_str());
  });
  return {};
}

Status clear(Context& context) {
  TUNDISH_ASSIGN(const Cache cache, open_cache());
  TUNDISH_ASSIGN(const CacheStats before, cache.stats());
  TUNDISH_TRY(cache.clear());
  const nlohmann::json document = {{"folder", cache.folder()},
                                   {"removed_entries", before.entries},
                                   {"removed_bytes", before.bytes}};
  context.print(document, [&] {
    std::printf("removed %s, %s\n", count(before.entries, "entry", "entries").c_str(),
                human_size(before.bytes).c_str());
  });
  return {};
}

// Damage is the answer "no": exit status 1, although it is mended by then.
Status verify(Context& context) {
  TUNDISH_ASSIGN(const Cache cache, open_cache());
  TUNDISH_ASSIGN(const VerifyReport report, cache.verify());
  const nlohmann::json document = {{"folder", cache.folder()},
                                   {"sound", report.is_sound()},
                                   {"checked_entries", report.checked_entries},
                                   {"checked_blobs", report.checked_blobs},
                                   {"damaged_entries", report.damaged_entries},
                                   {"damaged_blobs", report.damaged_blobs},
                                   {"dangling_entries", report.dangling_entries}};
  context.print(document, [&] {
    std::printf("checked %s and %s: ", count(report.checked_entries, "entry", "entries").c_str(),
                count(report.checked_blobs, "file", "files").c_str());
    if (report.is_sound()) {
      std::printf("all sound\n");
      return;
    }
    std::printf(
        "removed %s, %s and %s; they are compiled again when needed\n",
        count(report.damaged_blobs, "damaged file", "damaged files").c_str(),
        count(report.damaged_entries, "unreadable entry", "unreadable entries").c_str(),
        count(report.dangling_entries, "entry without its files", "entries without their files")
            .c_str());
  });
  if (!report.is_sound()) context.exit_status = 1;
  return {};
}

}  // namespace

void add_cache_command(CLI::App& app, Context& context) {
  CLI::App* cache = app.add_subcommand("cache", "Look at, shrink, empty or check the cache");
  cache->footer(
      "Example:\n  tundish cache gc --max-size 5GB\n"
      "The folder is $TUNDISH_CACHE_DIR, else tundish/cache in the user's cache folder.");
  cache->require_subcommand(1);
  cache->fallthrough();
  add_command(*cache, context, "stats", "How much it holds", "tundish cache stats",
              [&context] { return stats(context); });
  auto max_size = std::make_shared<std::string>();
  add_command(*cache, context, "gc", "Remove what was not used for longest",
              "tundish cache gc --max-size 5GB",
              [&context, max_size] { return collect(context, *max_size); })
      ->add_option("--max-size", *max_size, "what may remain, as in 5GB; default: the usual limit");
  add_command(*cache, context, "clear", "Remove everything", "tundish cache clear",
              [&context] { return clear(context); });
  add_command(*cache, context, "verify", "Read everything, remove what is damaged (then exit 1)",
              "tundish cache verify", [&context] { return verify(context); });
}

}  // namespace tundish::cli
