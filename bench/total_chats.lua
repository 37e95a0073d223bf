-- For wrk: a week's total_chats, the token in the environment.
wrk.method = "POST"
wrk.path = "/v3.4/reports/chats/total_chats"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"distribution":"day","timezone":"Europe/Warsaw","filters":{"from":"2021-12-25T00:00:00+01:00","to":"2021-12-31T23:59:59+01:00"}}'
