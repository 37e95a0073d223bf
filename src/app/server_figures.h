#pragma once
// Figures of a running server for /metrics, beside those of its requests.

#include <string>
#include <vector>

#include "api/metrics.h"
#include "app/engine_files.h"
#include "app/fetch_service.h"
#include "app/intake.h"
#include "engine/engine.h"
#include "http/server.h"

namespace chatreports::app {

std::vector<api::Sample> engine_figures(const engine::Engine& engine);
// `files` is null until the data folder is read.
std::vector<api::Sample> store_figures(const std::string& data_folder, const engine::Engine& engine,
                                       const Intake& intake, const EngineFiles* files);
// `fetches` is null while nothing is fetched.
std::vector<api::Sample> fetch_figures(const FetchService* fetches);
std::vector<api::Sample> connection_figures(const http::ServerLoad& load);

}  // namespace chatreports::app
