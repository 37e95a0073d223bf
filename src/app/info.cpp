#include "app/info.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <utility>

#include "app/connections.h"
#include "app/fetch.h"
#include "app/local_reports.h"
#include "app/messages.h"
#include "app/progress.h"
#include "engine/open.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

// Of the files in the folder and below.
std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator file(folder, error), end; file != end;
       file.increment(error)) {
    const std::uint64_t size = file->is_regular_file(error) ? file->file_size(error) : 0;
    if (!error) bytes += size;
  }
  return bytes;
}

// How fresh the chats of a connected licence are.
Result<std::string> connection_line(store::Store& store, LicenseId license,
                                    const Result<pull::Connection>& connection) {
  if (!connection) return fmt::format("  not fetched: {}\n", connection.error().message);
  const pull::System system = connection->system();
  const auto text = store.fetch_state(license, pull::name_of(system));
  if (!text) return std::unexpected(text.error());
  const auto state = *text ? pull::parse_pull_state(**text) : pull::PullState();
  return fmt::format("  fetched from {}: {}\n", pull::title_of(system),
                     state ? describe_fetched(*state) : state.error().message);
}

Result<std::string> lines_of(store::Store& store, const engine::Engine& engine, LicenseId license) {
  const engine::LicenseContent content = engine.content(license);
  const auto team = store.team(license);
  if (!team) return std::unexpected(team.error());
  std::size_t bots = 0;
  for (const chat::TeamAgent& agent : team->agents) bots += agent.is_bot ? 1 : 0;
  std::string lines = fmt::format("licence {}\n  chats: {}\n", license.value, content.chats);
  if (content.starts) {
    lines += fmt::format("  first chat: {}\n  last chat: {}\n",
                         format_rfc3339_second(content.starts->from),
                         format_rfc3339_second(content.starts->to));
  }
  return lines + fmt::format("  with a record of their own: {} agents, {} bots, {} groups\n",
                             team->agents.size() - bots, bots, team->groups.size());
}

Result<std::string> text_of(const std::string& data_folder) {
  if (const auto there = store::require_readable_data_folder(data_folder); !there) {
    return std::unexpected(there.error());
  }
  const auto store = store::Store::open_for_reading(data_folder);
  if (!store) return std::unexpected(store.error());
  const auto engine = engine::open_engine(engine::NativeOptions{.folder = data_folder + "/engine"});
  if (const auto filled = fill_for_reading(*engine, **store); !filled) {
    return std::unexpected(filled.error());
  }
  const std::uint64_t all = bytes_in(data_folder);
  const std::uint64_t of_engine = bytes_in(data_folder + "/engine");
  std::string text = fmt::format("{}: {} ({} of them the engine's files)\n", data_folder,
                                 format_megabytes(all), format_megabytes(of_engine));
  const std::string holder = store::holder_of(data_folder);
  text += holder.empty() ? "no server or import has it\n" : fmt::format("{} has it\n", holder);
  const auto last_stamp = (*store)->last_stamp();
  if (!last_stamp) return std::unexpected(last_stamp.error());
  if (*last_stamp > from_unix_microseconds(0)) {
    text += fmt::format("newest record with a time of its receipt: {}\n",
                        format_rfc3339_second(*last_stamp));
  }
  const auto licenses = (*store)->licenses();
  if (!licenses) return std::unexpected(licenses.error());
  const auto connections = read_connections(data_folder);
  if (!connections) return std::unexpected(connections.error());
  std::set<LicenseId> known(licenses->begin(), licenses->end());
  for (const auto& [license, connection] : *connections) known.insert(license);
  for (const LicenseId license : known) {
    const auto lines = lines_of(**store, *engine, license);
    if (!lines) return lines;
    text += *lines;
    const auto connection = connections->find(license);
    if (connection == connections->end()) continue;
    const auto line = connection_line(**store, license, connection->second);
    if (!line) return line;
    text += *line;
  }
  const auto deleting = (*store)->deletions_under_way();
  if (!deleting) return std::unexpected(deleting.error());
  for (const LicenseId license : *deleting) {
    text += fmt::format("licence {} has a deletion under way{}\n", license.value,
                        holder.empty() ? ", which goes on when a server starts" : "");
  }
  const store::Damage damage = (*store)->damage();
  for (const auto& [license, of_license] : damage.licenses) {
    text += fmt::format("licence {} has damaged records; see chatreports check\n", license.value);
  }
  return text;
}

}  // namespace

int run_info(const std::string& data_folder) {
  const auto text = text_of(data_folder);
  return text ? exit_printing(*text) : exit_with(text.error());
}

}  // namespace chatreports::app
